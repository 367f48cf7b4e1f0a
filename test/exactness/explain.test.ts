import { ALL, type Channel, type ExplainQuestion } from '@vigie/contracts';
import { answer, PastFigures, type LiveCentre, type Explanation } from '@vigie/engine';
import { CATALOGUE } from '@vigie/metrics';
import { randomCentre } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { contextWith, livedThrough } from './live-world.ts';

const WINDOWS = [
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];
const context = contextWith(WINDOWS);

/** Ratios of things that count one each, on either side. */
const SHARES = ['service_level', 'answer_rate', 'abandonment_rate', 'abandonment_rate_net', 'qos_rate'];
/** Counts of things that count one each. */
const COUNTS = [
  ...['offered', 'answered', 'abandoned', 'short_abandoned', 'flow_outs', 'handled'],
  ...['presented', 'missed_contacts', 'waiting_now', 'over_threshold_now', 'in_progress_now'],
];

function lived(seed: number): { readonly centre: LiveCentre; readonly atMs: number } {
  const world = randomCentre({ seed });
  return { centre: livedThrough(world, { windows: WINDOWS }), atMs: world.endMs };
}

function explained(centre: LiveCentre, asked: Partial<ExplainQuestion>): Explanation {
  const question = {
    ...({ kind: 'explain', partition: 0, centre: 'default', queue: ALL, kpi: '', window: '60m' } as const),
    ...{ limit: 1000, ...asked },
  } as ExplainQuestion;
  return JSON.parse([...answer(centre, question, context).text].join('')) as Explanation;
}

test('every figure that can be explained is what its parts add up to', () => {
  let compared = 0;
  let seen = 0;
  const unexplained = new Set<string>();
  for (let seed = 31; seed <= 32; seed++) {
    const { centre, atMs } = lived(seed);
    const rows = new PastFigures(centre.facts).rowsAt(atMs - 600_000, WINDOWS, undefined);
    for (const { queue, channel, window, kpis } of rows) {
      for (const { id } of CATALOGUE) {
        const shown = kpis[id];
        // Shares and counts of things all, one in four of the others: an explanation each is not cheap.
        const isOfThings = SHARES.includes(id) || COUNTS.includes(id);
        if (shown === undefined || (!isOfThings && seen++ % 4 > 0)) continue;
        const where = `${id} of ${queue}/${channel} ${window}, seed ${seed}`;
        let explanation: Explanation;
        try {
          explanation = explained(centre, {
            queue,
            channel,
            window,
            kpi: id,
            atMs: atMs - 600_000,
            limit: 1,
          });
        } catch (error) {
          expect((error as Error).message, where).toContain('is not made of things');
          unexplained.add(id);
          continue;
        }
        const { value, n, counts } = explanation;
        expect([value, n], where).toEqual([shown.value, shown.n]);
        if (SHARES.includes(id)) {
          expect(counts.for + counts.against, where).toBe(n);
          expect(counts.for, where).toBe(Math.round((value ?? 0) * (n ?? 0)));
        } else if (COUNTS.includes(id)) expect([counts.for, counts.against], where).toEqual([value, 0]);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(500);
  // Agents' time is no number of things.
  const ofTime = CATALOGUE.filter(({ level, now }) => level === 'agent' && !now).map(({ id }) => id);
  expect(unexplained).toEqual(new Set(ofTime));
}, 120_000);

test('the variants of the service level judge the same contacts', () => {
  let compared = 0;
  for (let seed = 41; seed <= 44; seed++) {
    const { centre, atMs } = lived(seed);
    const { groups, versions } = centre.facts;
    for (const queue of groups.queues) {
      for (const group of groups.channelsOf(queue)) {
        const channel = groups.nameOf(group).channel as Channel;
        const asked = { kpi: 'service_level', window: 'today', atMs, queue, channel };
        const { value, n, variants = {}, numbers } = explained(centre, asked);
        const { A = 0, A_in = 0, B = 0, B_short = 0, B_in = 0, F = 0, F_in = 0 } = numbers;
        const { formula, includeFlowOuts } = versions.at(atMs).settings(queue, channel).serviceLevel;
        const isOneVersion = versions.versions.length === 1;
        if (isOneVersion) expect(variants[formula]).toEqual({ value, n });
        const ofAll = variants['removed_within_threshold'];
        expect(ofAll).toEqual({
          value: A + B + F === 0 ? null : (A_in + B_in + F_in) / (A + B + F),
          n: A + B + F,
        });
        const order = [
          'answered_over_offered',
          'exclude_short_abandons',
          'exclude_abandons_within_threshold',
        ];
        const values = [...order, 'abandons_within_threshold_positive'].map((name) => variants[name]?.value);
        const known = values.filter((each) => typeof each === 'number');
        if (known.length === 4) expect(known.toSorted((a, b) => a - b)).toEqual(known);
        if (isOneVersion && includeFlowOuts === false)
          expect(variants['exclude_short_abandons']?.n).toBe(A + B - B_short);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(10);
});

test('pages follow each other without a gap and without a repetition', () => {
  // some days have only just begun
  for (let seed = 42, compared = 0; compared < 2; seed++) {
    const { centre, atMs } = lived(seed);
    const asked = { kpi: 'answer_rate', window: 'today', atMs };
    const whole = explained(centre, asked).entities;
    if (whole.length <= 20) continue;
    expect(pagesOf(centre, asked), `seed ${seed}`).toEqual(whole);
    compared++;
  }
});

/** The same, seven things a page. */
function pagesOf(centre: LiveCentre, asked: Partial<ExplainQuestion>): readonly unknown[] {
  const paged: unknown[] = [];
  let after: string | undefined;
  do {
    const { entities, next } = explained(centre, { ...asked, limit: 7, after });
    paged.push(...entities);
    after = next;
  } while (after !== undefined);
  return paged;
}
