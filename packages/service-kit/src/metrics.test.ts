import { expect, test } from 'vitest';
import { createMetrics, type MetricFamily } from './metrics.ts';

const family = (samples: MetricFamily['samples'], name = 'vigie_events_total'): MetricFamily => ({
  name,
  help: 'Events by account.',
  type: 'counter',
  samples,
});

test('plain counters are read at the scrape', async () => {
  const metrics = createMetrics({ defaults: false });
  let applied = 0;
  metrics.collect(() => [family([{ value: applied, labels: { account: 'applied' } }])]);
  applied = 3;
  expect(await metrics.render()).toContain(
    '# HELP vigie_events_total Events by account.\n# TYPE vigie_events_total counter\nvigie_events_total{account="applied"} 3\n',
  );
  applied = 4;
  expect(await metrics.render()).toContain('vigie_events_total{account="applied"} 4\n');
});

test('families of one name from several services are written as one', async () => {
  const metrics = createMetrics({ defaults: false });
  metrics.collect(() => [family([{ value: 1, labels: { account: 'late' } }])]);
  metrics.collect(() => [family([{ value: 2, labels: { account: 'applied' } }])]);
  const text = await metrics.render();
  expect(text.match(/# TYPE vigie_events_total/g)).toHaveLength(1);
  expect(text).toContain('vigie_events_total{account="late"} 1\nvigie_events_total{account="applied"} 2\n');
});

test('labels are escaped, and numbers that are none are written as Prometheus wants them', async () => {
  const metrics = createMetrics({ defaults: false });
  metrics.collect(() => [
    family([
      { value: 1, labels: { queue: 'a"b\\c\nd' } },
      { value: Number.POSITIVE_INFINITY },
      { value: Number.NaN },
    ]),
  ]);
  const text = await metrics.render();
  expect(text).toContain('vigie_events_total{queue="a\\"b\\\\c\\nd"} 1\n');
  expect(text).toContain('vigie_events_total +Inf\nvigie_events_total NaN\n');
});

test('a histogram has its buckets, sum and count', async () => {
  const metrics = createMetrics({ defaults: false });
  const samples = [
    { suffix: '_bucket', labels: { le: '5' }, value: 1 },
    { suffix: '_bucket', labels: { le: '+Inf' }, value: 2 },
    { suffix: '_sum', value: 12.5 },
    { suffix: '_count', value: 2 },
  ] as const;
  metrics.collect(() => [{ name: 'vigie_wait_seconds', help: 'Waits.', type: 'histogram', samples }]);
  expect(await metrics.render()).toContain(
    'vigie_wait_seconds_bucket{le="5"} 1\nvigie_wait_seconds_bucket{le="+Inf"} 2\nvigie_wait_seconds_sum 12.5\nvigie_wait_seconds_count 2\n',
  );
});

test('a source that throws is left out whole and counted; the others stay', async () => {
  const metrics = createMetrics({ defaults: false });
  metrics.collect(() => [
    family([{ value: 7 }], 'vigie_half_total'),
    family(
      (function* () {
        yield { value: 1 };
        throw new Error('gone');
      })(),
    ),
  ]);
  metrics.collect(() => [family([{ value: 1 }], 'vigie_whole_total')]);
  const text = await metrics.render();
  expect(text).toContain('vigie_whole_total 1\n');
  expect(text).not.toContain('vigie_half_total');
  expect(text).toContain('vigie_metrics_collect_errors_total 1\n');
});

test('a removed source is no longer read', async () => {
  const metrics = createMetrics({ defaults: false });
  const remove = metrics.collect(() => [family([{ value: 1 }])]);
  remove();
  expect(await metrics.render()).not.toContain('vigie_events_total');
});

test('the process’s own metrics are there, event-loop lag among them, and every line is well-formed', async () => {
  const metrics = createMetrics();
  metrics.collect(() => [family([{ value: 1, labels: { account: 'applied' } }])]);
  const text = await metrics.render();
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  for (const line of text.split('\n').filter((each) => each !== '')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-zA-Z_:][\w:]*(\{.*\})? (-?[\d.e+-]+|NaN|[+-]Inf))$/i);
  }
});

test('the event loop turns while many series are written, and what is written is of one instant', async () => {
  const metrics = createMetrics({ defaults: false });
  let value = 0;
  let turns = 0;
  metrics.collect(() => {
    const now = value;
    return [
      family(
        (function* () {
          for (let index = 0; index < 200_000; index++) yield { value: now, labels: `n="${index}"` };
        })(),
      ),
    ];
  });
  const turn = () => {
    turns += 1;
    value += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const text = await metrics.render();
  clearImmediate(next);
  expect(turns).toBeGreaterThan(2);
  expect(text.match(/\} 0\n/g)).toHaveLength(200_000);
});
