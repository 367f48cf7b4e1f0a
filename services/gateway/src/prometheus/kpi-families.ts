import { ALL, type KpiValue, type PrometheusSettings, type Row, type Status } from '@vigie/contracts';
import { atInstant, isMerged, type CentreView, type FeedCounters } from '@vigie/engine';
import { CATALOGUE, type Kpi } from '@vigie/metrics';
import { labelText, type MetricFamily, type MetricSample } from '@vigie/service-kit';
import { waitSamples } from './waits.ts';

/** A window that is always there: figures of now are read off its rows. */
const ANY_WINDOW = 'today';

/** A KPI's samples, with those of its sample size and of its status. */
interface Part {
  readonly family: MetricFamily;
  readonly samples: MetricSample[];
  readonly sizes: MetricSample[];
  readonly statuses: MetricSample[];
}

/**
 * The figures of the centres in the catalogue's names: what is `null` has no sample, nothing is exported of a centre
 * that recovers, and sums are left to who reads them. Beyond `maxSeries` whole KPIs are left out, the last of the
 * catalogue first; `vigie_kpis_left_out` counts them. All is of the instant of the call, however slowly it is walked.
 */
export function kpiFamilies(
  centres: Iterable<CentreView>,
  settings: PrometheusSettings,
  nowMs: number,
): Iterable<MetricFamily> {
  const read = [...centres]
    .filter(({ header }) => header !== undefined && header.state !== 'recovering')
    .map((centre) => readCentre(centre, settings.windows, nowMs));
  return familiesOf(read, settings);
}

function* familiesOf(read: readonly CentreRead[], settings: PrometheusSettings): Generator<MetricFamily> {
  const exported = CATALOGUE.filter(({ id }) => settings.kpis === 'all' || settings.kpis.includes(id));
  const sizes: MetricSample[] = [];
  const statuses: MetricSample[] = [];
  let series = 0;
  let leftOut = exported.length + 1;
  for (const kpi of exported) {
    const part = partOf(kpi, read);
    series += part.samples.length + part.sizes.length + part.statuses.length;
    if (series > settings.maxSeries) break;
    leftOut -= 1;
    if (part.samples.length > 0) yield part.family;
    for (const size of part.sizes) sizes.push(size);
    for (const status of part.statuses) statuses.push(status);
  }
  if (sizes.length > 0) yield gauge('vigie_kpi_sample_size', SIZE_HELP, sizes);
  if (statuses.length > 0) yield gauge('vigie_kpi_status', STATUS_HELP, statuses);
  if (leftOut === 1) {
    const waits = read.flatMap(({ centre, counters }) => waitSamples(centre, counters));
    if (series + waits.length <= settings.maxSeries) {
      leftOut = 0;
      yield { name: 'vigie_wait_seconds', help: WAIT_HELP, type: 'histogram', samples: waits };
    }
  }
  yield gauge('vigie_kpis_left_out', LEFT_OUT_HELP, [{ value: leftOut }]);
}

const gauge = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples,
});

function partOf(kpi: Kpi, read: readonly CentreRead[]): Part {
  const samples: MetricSample[] = [];
  const family = {
    name: kpi.metric,
    help: `${kpi.name.en}: ${kpi.description}`,
    type: kpi.counter ? ('counter' as const) : ('gauge' as const),
    samples,
  };
  const part = { family, samples, sizes: [], statuses: [] };
  for (const centre of read) {
    if (kpi.counter) addCounters(part, kpi, centre.groups);
    else addGauges(part, kpi, centre);
    addStatuses(part, kpi, centre);
  }
  return part;
}

/** A row with the text of its labels, with and without its window. */
interface Gauge {
  readonly row: Row;
  readonly labels: string;
  readonly nowLabels: string;
}

/** What a queue and channel has counted. */
interface Counted {
  readonly queue: string;
  readonly channel: string;
  readonly counts: FeedCounters['counts'];
  readonly labels: string;
}

/** A centre, read once for all KPIs. */
interface CentreRead {
  readonly centre: string;
  readonly asOfMs: number;
  readonly windows: ReadonlySet<string>;
  readonly gauges: readonly Gauge[];
  readonly groups: readonly Counted[];
  readonly counters: ReadonlyMap<string, FeedCounters>;
}

function readCentre(centre: CentreView, windows: readonly string[], nowMs: number): CentreRead {
  const status = centre.status(nowMs);
  const wanted = new Set([...windows, ANY_WINDOW]);
  const counters = new Map(
    [...centre.counters].map((entry) => [groupName(entry.queue, entry.channel), entry]),
  );
  const gauges: Gauge[] = [];
  const groups = new Map<string, Counted>();
  const addGroup = (queue: string, channel: string, counts: Counted['counts']) => {
    const labels = labelText({ centre: centre.id, queue, channel });
    groups.set(groupName(queue, channel), { queue, channel, counts, labels });
  };
  for (const name of centre.names()) {
    const row = centre.row(name, status);
    if (row === undefined || !wanted.has(row.window)) continue;
    const { queue, channel, window } = row;
    const nowLabels = labelText({ centre: centre.id, queue, channel });
    if (window === ANY_WINDOW) addGroup(queue, channel, {});
    gauges.push({ row, nowLabels, labels: `${nowLabels},${labelText({ window })}` });
  }
  // what was counted stays, whether or not there is a row of it today
  for (const { queue, channel, counts } of counters.values()) addGroup(queue, channel, counts);
  const { id, asOfMs } = centre;
  return { centre: id, asOfMs, windows: new Set(windows), gauges, groups: [...groups.values()], counters };
}

/** A count of queues adds up over its leaves: exporting the total too would count all twice. */
const isSummable = (kpi: Kpi): boolean => kpi.unit === 'count' && kpi.level === 'queue';

function addGauges(part: Part, kpi: Kpi, { asOfMs, windows, gauges }: CentreRead): void {
  const hasSize = kpi.unit !== 'count' && !kpi.now;
  for (const { row, labels, nowLabels } of gauges) {
    const isWanted = kpi.now ? row.window === ANY_WINDOW : windows.has(row.window);
    if (!isWanted || (isSummable(kpi) && isMerged(row))) continue;
    const figure = row.kpis[kpi.id];
    if (figure === undefined) continue;
    const { value } = atInstant(figure, asOfMs);
    const own = kpi.now ? nowLabels : labels;
    if (kpi.parts?.values !== undefined) addParts(part, kpi.parts.label, kpi.parts.values, figure, own);
    else if (value !== null) part.samples.push({ value, labels: own });
    if (hasSize) part.sizes.push({ value: sizeOf(figure), labels: `kpi="${kpi.id}",${labels}` });
  }
}

/** One sample a part, and none of the sum: it would be counted twice beside them. */
function addParts(
  { samples }: Part,
  label: string,
  values: readonly string[],
  { value, by }: KpiValue,
  labels: string,
): void {
  if (value === null) return;
  for (const part of values)
    samples.push({ value: by?.[part] ?? 0, labels: `${labels},${labelText({ [label]: part })}` });
}

/** Of every row, totals too: statuses do not add up. */
function addStatuses({ statuses }: Part, kpi: Kpi, { windows, gauges }: CentreRead): void {
  for (const { row, labels, nowLabels } of gauges) {
    const status = row.kpis[kpi.id]?.status;
    const isWanted = kpi.now ? row.window === ANY_WINDOW : windows.has(row.window);
    if (!isWanted || status === undefined || status === 'none') continue;
    statuses.push({
      value: STATUS_VALUES[status],
      labels: `kpi="${kpi.id}",${kpi.now ? nowLabels : labels}`,
    });
  }
}

const sizeOf = ({ n }: KpiValue): number => n ?? 0;

/** Counts of contacts are kept by channel in the totals, those of queues in their own groups. */
function addCounters({ samples }: Part, kpi: Kpi, groups: readonly Counted[]): void {
  const isLeaf = (queue: string, channel: string): boolean =>
    channel !== ALL && (kpi.level === 'contact') === (queue === ALL);
  const prefix = `${kpi.id}:`;
  for (const { queue, channel, counts, labels } of groups) {
    if (!isLeaf(queue, channel)) continue;
    if (kpi.parts === undefined) {
      samples.push({ value: counts[kpi.id] ?? 0, labels });
      continue;
    }
    for (const key in counts) {
      if (!key.startsWith(prefix)) continue;
      const part = labelText({ [kpi.parts.label]: key.slice(prefix.length) });
      samples.push({ value: counts[key] ?? 0, labels: `${labels},${part}` });
    }
  }
}

const groupName = (queue: string, channel: string): string => JSON.stringify([queue, channel]);

/** What is not judged has no sample. */
const STATUS_VALUES: Readonly<Record<Exclude<Status, 'none'>, number>> = { ok: 0, warn: 1, alert: 2 };

const STATUS_HELP = 'A figure by its target: 0 ok, 1 warn, 2 alert, with sample, hold and hysteresis.';
const SIZE_HELP = 'How many a figure stands on: the denominator of a ratio or mean.';
const WAIT_HELP = 'Wait of every decided segment, by outcome.';
const LEFT_OUT_HELP = 'KPIs (and the wait histogram) not exported because of prometheus.maxSeries.';
