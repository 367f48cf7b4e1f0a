import { SKEW_TOLERANCE_MS, type EventOf, type ParsedEvent } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import { Sources, SOURCE_SILENCE_MS } from './sources.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();

/** A source's word for itself, that comes to ingest at `atMs`. */
function beat(sources: Sources, source: string, atMs: number, upToMs = atMs): void {
  const event = { source, data: { upTo: iso(upToMs) } } as EventOf<'vigie.source.heartbeat'>;
  sources.heartbeat({ timeMs: atMs, ingestedMs: atMs } as ParsedEvent, event);
}

/** Ingest's word for the sources that it reads itself. */
function ingestBeat(sources: Sources, atMs: number, of: readonly { source: string; upTo: string }[]): void {
  const event = {
    source: 'vigie://ingest',
    data: { sources: of },
  } as unknown as EventOf<'vigie.source.heartbeat'>;
  sources.heartbeat({ timeMs: atMs, ingestedMs: atMs } as ParsedEvent, event);
}

describe('a centre', () => {
  test('without watched sources is never silent, and vouched for by ingest', () => {
    const sources = new Sources();
    ingestBeat(sources, NOW, []);
    expect(sources.silentSince(NOW + 3_600_000)).toBeUndefined();
    expect(sources.watermarkMs).toBe(NOW);
  });

  test('is silent once a source that ever vouched has not for ten seconds, since its last word', () => {
    const sources = new Sources();
    beat(sources, 'test://acd', NOW);
    expect(sources.silentSince(NOW + SOURCE_SILENCE_MS)).toBeUndefined();
    expect(sources.silentSince(NOW + SOURCE_SILENCE_MS + 1)).toBe(NOW);
    beat(sources, 'test://acd', NOW + 11_000);
    expect(sources.silentSince(NOW + 12_000)).toBeUndefined();
  });

  test('is as silent as the most silent of its sources, whoever else speaks', () => {
    const sources = new Sources();
    beat(sources, 'test://acd', NOW);
    for (let at = NOW; at <= NOW + 20_000; at += 2000) {
      beat(sources, 'test://chat', at);
      ingestBeat(sources, at, [{ source: 'test://log', upTo: iso(at) }]);
    }
    expect(sources.silentSince(NOW + 20_000)).toBe(NOW);
    expect(sources.watermarkMs).toBe(NOW);
    expect([...sources.watched.keys()]).toEqual(['test://acd', 'test://chat', 'test://log']);
  });

  test('misses a source that ingest reads and can no longer vouch for', () => {
    const sources = new Sources();
    ingestBeat(sources, NOW, [{ source: 'test://log', upTo: iso(NOW) }]);
    ingestBeat(sources, NOW + 12_000, []);
    expect(sources.silentSince(NOW + 12_000)).toBe(NOW);
  });

  test('is not kept live by a source that vouches for the future', () => {
    const sources = new Sources();
    beat(sources, 'test://acd', NOW, NOW + 365 * 86_400_000);
    expect(sources.silentSince(NOW + SOURCE_SILENCE_MS + 1)).toBe(NOW);
  });

  test('is not kept live by an ingest whose clock is far ahead: its word is that of now, and how far is told', () => {
    const sources = new Sources();
    const hour = 3_600_000;
    const word = (nowMs: number, upToMs: number): void => {
      sources.clockMs = nowMs;
      ingestBeat(sources, nowMs + hour, [{ source: 'test://log', upTo: iso(upToMs) }]);
    };
    word(NOW, NOW + hour);
    expect([sources.silentSince(NOW + 15_000), sources.aheadMs]).toEqual([undefined, hour]);
    expect(sources.watermarkMs).toBe(NOW + 5000);
    expect(sources.silentSince(NOW + 15_001)).toBe(NOW + 5000);
    word(NOW + 16_000, NOW + 16_000 + hour);
    expect(sources.silentSince(NOW + 16_001)).toBeUndefined();
  });

  test('believes an ingest whose clock is a little ahead', () => {
    const sources = new Sources();
    sources.clockMs = NOW - 900;
    ingestBeat(sources, NOW, [{ source: 'test://log', upTo: iso(NOW) }]);
    expect([sources.watermarkMs, sources.aheadMs]).toEqual([NOW, 900]);
  });

  test('watches a thousand sources, and counts the words of others', () => {
    const sources = new Sources();
    for (let n = 0; n < 1200; n++) beat(sources, `test://${n}`, NOW);
    expect(sources.watched.size).toBe(1000);
    expect(sources.overflowed).toBe(200);
    beat(sources, 'test://7', NOW + 1);
    expect(sources.overflowed).toBe(200);
  });

  test('is silent after a restart as it was before', () => {
    const sources = new Sources();
    beat(sources, 'test://acd', NOW);
    const restored = new Sources();
    restored.restore(structuredClone(sources.store()));
    expect(restored.silentSince(NOW + 11_000)).toBe(NOW);
  });
});

describe('who waited when a source was asked', () => {
  const list = (atMs: number, waiting: number) => ({
    at: atMs,
    sequence: '',
    queues: new Map([['sales', Array.from({ length: waiting }, (_, n) => [`s${n}`, atMs] as const)]]),
  });
  const tell = (sources: Sources, atMs: number, waiting: number): number => {
    let judgedFrom = Number.NaN;
    sources.listed('test://acd', list(atMs, waiting), (fromMs, apply) => {
      judgedFrom = fromMs;
      apply();
    });
    return judgedFrom;
  };

  test('is known after a restart as it was before', () => {
    const sources = new Sources();
    tell(sources, NOW, 2);
    const restored = new Sources();
    restored.restore(structuredClone(sources.store()));
    expect(restored.waitingLists).toEqual(sources.waitingLists);
    expect([...restored.listings.keys()]).toEqual(['s0', 's1']);
    expect(restored.listings).toEqual(sources.listings);
  });

  test('is kept rising, whatever order it is told in', () => {
    const sources = new Sources();
    for (const second of [3, 1, 2]) tell(sources, NOW + second * 1000, 1);
    expect(sources.waitingLists.get('test://acd')?.map(({ at }) => at - NOW)).toEqual([1000, 2000, 3000]);
  });

  test('is bounded: the oldest word goes first, what it closed is judged anew, and it is counted', () => {
    const sources = new Sources();
    for (let n = 0; n < 200; n++) tell(sources, NOW + n * 1000, 1);
    expect(sources.overflowed).toBe(0);
    // since before the entries that the oldest one lists, by what clocks may differ
    expect(tell(sources, NOW + 200_000, 1)).toBe(NOW - SKEW_TOLERANCE_MS);
    expect(sources.waitingLists.get('test://acd')).toHaveLength(200);
    expect(sources.overflowed).toBe(1);
    expect(tell(sources, NOW + 201_000, 19_990)).toBe(NOW + 1000 - SKEW_TOLERANCE_MS);
    expect(sources.waitingLists.get('test://acd')?.length).toBeLessThan(10);
  });
});

describe('what is missing', () => {
  const gaps = [
    { source: 'test://acd', fromMs: NOW - 60_000, toMs: NOW - 50_000 },
    { source: 'test://acd', fromMs: NOW - 40_000, toMs: NOW - 30_000 },
  ];
  const withGaps = (): Sources => {
    const sources = new Sources();
    for (const gap of gaps) sources.gap(gap);
    return sources;
  };

  test('of a window goes from its first gap to its last, and a window behind them is whole', () => {
    expect(withGaps().incomplete(NOW - 100_000, NOW)).toEqual({
      sinceMs: NOW - 60_000,
      untilMs: NOW - 30_000,
    });
    expect(withGaps().incomplete(NOW - 45_000, NOW)).toEqual({
      sinceMs: NOW - 40_000,
      untilMs: NOW - 30_000,
    });
    expect(withGaps().incomplete(NOW - 29_999, NOW)).toBeUndefined();
  });

  test('in the log is felt for as long as what it ended could have gone on; since when, nobody may know', () => {
    const sources = withGaps();
    sources.logGaps = [{ source: 'vigie://log', fromMs: 0, toMs: NOW - 20_000, feltUntilMs: NOW + 1000 }];
    expect(sources.incomplete(NOW, NOW)).toEqual({ untilMs: NOW - 20_000 });
    expect(sources.incomplete(NOW + 1001, NOW + 2000)).toBeUndefined();
  });
});
