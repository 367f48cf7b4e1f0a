import { ALL, type KpiValue, type PrometheusSettings, type Row } from '@vigie/contracts';
import { atInstant, isMerged, rowKeyOf, type CentreView, type FeedCounters } from '@vigie/engine';
import { CATALOGUE, type Kpi } from '@vigie/metrics';
import type { MetricFamily, MetricSample } from '@vigie/service-kit';
import { waitSamples } from './waits.ts';

type Labels = Readonly<Record<string, string>>;

/** A window that is always there: figures of now are read off its rows. */
const ANY_WINDOW = 'today';
export const SAMPLE_SIZE = 'vigie_kpi_sample_size';

/** A KPI's samples, with those of its sample size. */
interface Part {
  readonly family: MetricFamily;
  readonly samples: MetricSample[];
  readonly sizes: MetricSample[];
}

/**
 * The figures of the centres in the catalogue's names: what is `null` has no sample, nothing is exported of a centre
 * that recovers, and sums are left to who reads them. Beyond `maxSeries` whole KPIs are left out, the last of the
 * catalogue first; `vigie_kpis_left_out` counts them.
 */
export function kpiFamilies(
  centres: Iterable<CentreView>,
  settings: PrometheusSettings,
  nowMs: number,
): MetricFamily[] {
  const exported = CATALOGUE.filter(({ id }) => settings.kpis === 'all' || settings.kpis.includes(id));
  const parts = new Map(exported.map((kpi) => [kpi.id, partOf(kpi)]));
  const waits: MetricSample[] = [];
  for (const centre of centres) {
    if (centre.header === undefined || centre.header.state === 'recovering') continue;
    const { gauges, groups } = readRows(centre, settings.windows, nowMs);
    const counters = countersOf(centre);
    for (const kpi of exported) {
      const part = parts.get(kpi.id);
      if (part === undefined) continue;
      if (kpi.counter) addCounters(part, kpi, centre.id, groups, counters);
      else addGauges(part, kpi, centre, gauges);
    }
    waits.push(...waitSamples(centre.id, counters));
  }
  return withinLimit([...parts.values()], waits, settings.maxSeries);
}

function partOf(kpi: Kpi): Part {
  const samples: MetricSample[] = [];
  const type = kpi.counter ? 'counter' : 'gauge';
  const help = `${kpi.name.en}: ${kpi.description}`;
  return { family: { name: kpi.metric, help, type, samples }, samples, sizes: [] };
}

interface Gauge {
  readonly row: Row;
  readonly labels: Labels;
}

function readRows(centre: CentreView, windows: readonly string[], nowMs: number) {
  const status = centre.status(nowMs);
  const wanted = new Set([...windows, ANY_WINDOW]);
  const gauges: Gauge[] = [];
  const groups = new Map<string, { readonly queue: string; readonly channel: string }>();
  for (const name of centre.names()) {
    const { queue, channel, window } = rowKeyOf(name);
    if (!wanted.has(window)) continue;
    if (window === ANY_WINDOW) groups.set(groupName(queue, channel), { queue, channel });
    const row = centre.row(name, status);
    if (row !== undefined) gauges.push({ row, labels: { centre: centre.id, queue, channel, window } });
  }
  const exports = { windows: new Set(windows), gauges };
  return { gauges: exports, groups: [...groups.values()] };
}

/** A count of queues adds up over its leaves: exporting the total too would count all twice. */
const isSummable = (kpi: Kpi): boolean => kpi.unit === 'count' && kpi.level === 'queue';

function addGauges(
  part: Part,
  kpi: Kpi,
  centre: CentreView,
  { windows, gauges }: { readonly windows: ReadonlySet<string>; readonly gauges: readonly Gauge[] },
): void {
  const hasSize = kpi.unit !== 'count' && !kpi.now;
  for (const { row, labels } of gauges) {
    const isWanted = kpi.now ? row.window === ANY_WINDOW : windows.has(row.window);
    if (!isWanted || (isSummable(kpi) && isMerged(row))) continue;
    const figure = row.kpis[kpi.id];
    if (figure === undefined) continue;
    const { value } = atInstant(figure, centre.asOfMs);
    if (value !== null) part.samples.push({ value, labels: kpi.now ? withoutWindow(labels) : labels });
    if (hasSize) part.sizes.push({ value: sizeOf(figure), labels: { kpi: kpi.id, ...labels } });
  }
}

const sizeOf = ({ n }: KpiValue): number => n ?? 0;

function withoutWindow({ window: _window, ...labels }: Labels): Labels {
  return labels;
}

/** Counts of contacts are kept by channel in the totals, those of queues in their own groups. */
function addCounters(
  part: Part,
  kpi: Kpi,
  centre: string,
  groups: readonly { readonly queue: string; readonly channel: string }[],
  counters: ReadonlyMap<string, FeedCounters>,
): void {
  for (const { queue, channel } of groups) {
    const isLeaf =
      kpi.level === 'contact' ? queue === ALL && channel !== ALL : !isMerged({ queue, channel, window: '' });
    if (!isLeaf) continue;
    const counts = counters.get(groupName(queue, channel))?.counts ?? {};
    const labels = { centre, queue, channel };
    const reasons = Object.keys(counts).filter((key) => key.startsWith(`${kpi.id}:`));
    for (const key of reasons) {
      const reason = key.slice(kpi.id.length + 1);
      part.samples.push({ value: counts[key] ?? 0, labels: { ...labels, reason } });
    }
    if (reasons.length === 0 && !isByReason(kpi)) part.samples.push({ value: counts[kpi.id] ?? 0, labels });
  }
}

/** Exported by reason alone: a sample without one would be another series beside them. */
const BY_REASON = new Set(['flow_outs', 'missed_contacts']);
const isByReason = ({ id }: Kpi): boolean => BY_REASON.has(id);

function countersOf(centre: CentreView): ReadonlyMap<string, FeedCounters> {
  return new Map([...centre.counters].map((entry) => [groupName(entry.queue, entry.channel), entry]));
}

const groupName = (queue: string, channel: string): string => JSON.stringify([queue, channel]);

function withinLimit(
  parts: readonly Part[],
  waits: readonly MetricSample[],
  maxSeries: number,
): MetricFamily[] {
  const families: MetricFamily[] = [];
  const sizes: MetricSample[] = [];
  let series = 0;
  let kept = 0;
  for (const { family, samples, sizes: ownSizes } of parts) {
    series += samples.length + ownSizes.length;
    if (series > maxSeries) break;
    kept += 1;
    if (samples.length > 0) families.push(family);
    for (const size of ownSizes) sizes.push(size);
  }
  const hasRoom = kept === parts.length && series + waits.length <= maxSeries;
  if (sizes.length > 0) families.push({ name: SAMPLE_SIZE, help: SIZE_HELP, type: 'gauge', samples: sizes });
  if (hasRoom && waits.length > 0) {
    families.push({ name: 'vigie_wait_seconds', help: WAIT_HELP, type: 'histogram', samples: waits });
  }
  const leftOut = parts.length - kept + (hasRoom ? 0 : 1);
  families.push({
    name: 'vigie_kpis_left_out',
    help: LEFT_OUT_HELP,
    type: 'gauge',
    samples: [{ value: leftOut }],
  });
  return families;
}

const SIZE_HELP = 'How many a figure stands on: the denominator of a ratio or mean.';
const WAIT_HELP = 'Wait of every decided segment, by outcome.';
const LEFT_OUT_HELP = 'KPIs (and the wait histogram) not exported because of prometheus.maxSeries.';
