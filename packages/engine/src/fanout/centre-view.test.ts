import { describe, expect, test } from 'vitest';
import { CentreView } from './centre-view.ts';
import { NOW_MS, configured, frame, planOf, row, stateAfter, withHeader } from './frames.testkit.ts';
import { FEED_SILENCE_MS } from './merged-feed.ts';
import { snapshotDocument } from './snapshot.ts';
import { select } from './content.ts';

const everything = { windows: undefined, queues: undefined, channels: undefined, kpis: undefined };

function selected(wanted: Parameters<typeof select>[0]) {
  const result = select(wanted, { windows: ['30m', 'today'] });
  if (!result.ok) throw new Error(result.unknown.message);
  return result.selection;
}
function centreOf(...queues: string[]) {
  return new CentreView('default', planOf(...queues), NOW_MS);
}
const keysOf = (centre: CentreView, wanted = {}) =>
  snapshotDocument(centre, selected(wanted), NOW_MS).rows.map(
    ({ queue, channel, window }) => `${queue}/${channel}/${window}`,
  );

describe('the state of a document', () => {
  test('is the owner’s while the feed speaks, and stale since its last word when it does not', () => {
    const centre = centreOf();
    centre.apply(withHeader(frame(1, []), { state: 'incomplete', sinceMs: NOW_MS - 1000 }), NOW_MS);
    const lastMs = NOW_MS + FEED_SILENCE_MS;
    expect(centre.status(lastMs)).toEqual({ state: 'incomplete', since: '2026-11-21T10:14:59.000Z' });
    expect(centre.status(lastMs + 1)).toEqual({
      state: 'stale',
      since: '2026-11-21T10:15:00.100Z',
      reason: 'no_feed',
    });
  });

  test('keeps the owner’s own instant when the owner called it stale before', () => {
    const centre = centreOf();
    const stale = { state: 'stale', sinceMs: NOW_MS - 60_000, reason: 'no_feed' } as const;
    centre.apply(withHeader(frame(1, []), stale), NOW_MS);
    expect(centre.status(NOW_MS + 60_000)).toMatchObject({ since: '2026-11-21T10:14:00.000Z' });
  });

  test('covers that of its rows: none is live in a stale document', () => {
    const centre = centreOf('sales');
    centre.apply(frame(1, [row('sales', {})]), NOW_MS);
    const { rows } = snapshotDocument(centre, everything, NOW_MS + FEED_SILENCE_MS + 1);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['stale']));
  });

  test('a reading of a store that nobody writes to any more is stale at once', () => {
    const centre = centreOf();
    centre.load(stateAfter(frame(1, [])), NOW_MS + 60_000);
    expect(centre.status(NOW_MS + 60_000)).toMatchObject({ state: 'stale', reason: 'no_feed' });
  });
});

describe('rows that configuration promises', () => {
  test('are all unknown before the feed’s first word, never 0', () => {
    const document = snapshotDocument(centreOf('sales'), everything, NOW_MS);
    expect(document).toMatchObject({ state: 'stale', reason: 'no_feed', watermark: null });
    expect(document.rows).toHaveLength(4);
    for (const { kpis } of document.rows) {
      expect(kpis['waiting_now']).toEqual({ value: null, reason: 'no_feed' });
    }
  });

  test('are the catalogue over nothing once the feed speaks: counts 0, ratios null', () => {
    const centre = centreOf('sales');
    centre.apply(frame(1, []), NOW_MS);
    const kpis = snapshotDocument(centre, everything, NOW_MS).rows[0]?.kpis;
    expect(kpis?.['offered']).toEqual({ value: 0, n: 0 });
    expect(kpis?.['service_level']).toEqual({
      value: null,
      n: 0,
      reason: 'no_data',
      status: 'none',
      target: 0.8,
    });
  });

  test('say recovering while the owner does', () => {
    const centre = centreOf('sales');
    centre.apply(withHeader(frame(1, []), { state: 'recovering' }), NOW_MS);
    const kpis = snapshotDocument(centre, everything, NOW_MS).rows[0]?.kpis;
    expect(kpis?.['offered']).toEqual({ value: null, reason: 'recovering' });
  });

  test('make way for the feed’s, and come back when those go', () => {
    const centre = centreOf('sales');
    centre.apply(frame(1, [row('sales', { offered: { value: 3, n: 3 } })]), NOW_MS);
    const offered = () => snapshotDocument(centre, everything, NOW_MS).rows[0]?.kpis['offered']?.value;
    expect([offered(), keysOf(centre).length]).toEqual([3, 3]);
    centre.apply(frame(2, [], { removed: [row('sales', {})] }), NOW_MS);
    expect([offered(), keysOf(centre).length]).toEqual([0, 4]);
  });

  test('of a queue whose channel is only assumed make way for any other channel', () => {
    const { presentation } = configured();
    const plan = {
      windows: ['30m'],
      queues: [{ queue: 'help', channels: ['voice' as const], named: false }],
      presentation,
    };
    const centre = new CentreView('default', plan, NOW_MS);
    centre.apply(frame(1, []), NOW_MS);
    expect(keysOf(centre)).toEqual(['help/voice/30m', '_all/_all/30m']);
    const outcome = centre.apply(frame(2, [row('help', {}, { channel: 'chat' })]), NOW_MS);
    expect(keysOf(centre)).toEqual(['help/chat/30m', '_all/_all/30m']);
    expect(outcome).toMatchObject({ changed: new Set([...centre.names(), '["help","voice","30m"]']) });
  });
});

describe('a selection', () => {
  const rows = [
    row('b', {}),
    row('a', {}),
    row('a', {}, { channel: 'chat' }),
    row('a', {}, { channel: '_all' }),
    row('_all', {}),
    row('_all', {}, { channel: '_all' }),
  ];
  test.each([
    [{}, ['b/voice', 'a/voice', 'a/chat', 'a/_all', '_all/_all']],
    [{ queues: ['*'] }, ['b/voice', 'a/voice', 'a/chat', 'a/_all']],
    [{ queues: ['_all'] }, ['_all/_all']],
    [{ queues: ['_all'], channels: ['voice'] }, ['_all/voice']],
    [{ channels: ['voice'] }, ['b/voice', 'a/voice', '_all/voice']],
    [{ queues: ['*', '_all'], channels: ['_all'] }, ['a/_all', '_all/_all']],
    [{ queues: ['a', 'z'] }, ['a/voice', 'a/chat', 'a/_all']],
  ])('%j is the rows %j', (wanted, expected) => {
    const centre = new CentreView('default', { ...planOf('b'), windows: ['30m'] }, NOW_MS);
    centre.apply(frame(1, rows), NOW_MS);
    expect(keysOf(centre, wanted)).toEqual(expected.map((key) => `${key}/30m`));
  });

  test('of equal content is written alike', () => {
    expect(
      selected({ queues: ['_all', '*'], windows: ['today', '30m'], kpis: ['asa', 'aht', 'asa'] }),
    ).toEqual(selected({ kpis: ['aht', 'asa'] }));
  });

  test('of what does not exist is refused with what does', () => {
    const known = { windows: ['30m', 'today'], queues: new Set(['sales']) };
    const messages = [
      { windows: ['31m'] },
      { queues: ['sails'] },
      { channels: ['fax'] },
      { kpis: ['service'] },
    ].map((wanted) => {
      const result = select(wanted, known);
      return result.ok ? '' : result.unknown.message;
    });
    expect(messages[0]).toBe('"31m" is unknown (did you mean "30m"?): known are 30m, today');
    expect(messages[1]).toBe('"sails" is unknown (did you mean "sales"?): known are *, _all, sales');
    expect(messages[2]).toMatch(/^"fax" is unknown.*: known are voice, chat/);
    expect(messages[3]).toMatch(/^"service" is unknown.*known are service_level, .* more$/);
  });
});

test('an age is what it is at asOf, whenever the feed told it last', () => {
  const centre = centreOf();
  const since = '2026-11-21T10:14:00.000Z';
  centre.apply(frame(1, [row('sales', { longest_wait_now: { value: 60.1, since } })]), NOW_MS);
  for (let seq = 2; seq <= 11; seq++) centre.apply(frame(seq, []), NOW_MS);
  const document = snapshotDocument(centre, selected({ queues: ['sales'] }), NOW_MS);
  expect(document.asOf).toBe('2026-11-21T10:15:01.100Z');
  expect(document.rows[0]?.kpis['longest_wait_now']).toEqual({ value: 61.1, since });
});
