import { parseEvent, type Configuration, type ParsedEvent } from '@vigie/contracts';
import { CentreState, PastFigures, type IntervalSize, type RollUp } from '@vigie/engine';
import { configVersionOf } from '@vigie/service-kit';
import { FailedError } from '../errors.ts';
import { placeText, type InputBatch, type InputItem, type Place } from '../input/read-events.ts';
import { resolveAt, type At } from './at.ts';
import { intervalPieces, snapshotAt } from './compose.ts';
import type { Report, ReportSnapshot } from './document.ts';
import { Recording } from './recording.ts';

export interface ReportOptions {
  readonly configuration: Configuration;
  readonly at: readonly At[];
  /** `known`: all events count. `shown`: those ingested by the instant. */
  readonly as: 'known' | 'shown';
  /** Judge late and future by it; absent: not judged. */
  readonly allowedLatenessMs: number | undefined;
  readonly interval: IntervalSize | undefined;
  /** Interval rows of teams or sites instead of queues. */
  readonly by: RollUp | undefined;
  /** The centre to report; absent: the configured one. */
  readonly centre: string | undefined;
}

export interface ReportListener {
  /** An event or line that could not be used. */
  rejected(place: Place, reason: string): void;
  /** Something that whoever reads the figures should know. */
  note(sentence: string): void;
  progress(read: number): void;
}

/** An event kept back until the instant it was ingested by: its text, since a million parsed events fill the memory. */
interface Pending {
  readonly ingestedMs: number;
  readonly text: string;
  readonly centre: string;
}

/**
 * Computes a report from batches of events, by the engine that runs live. The recording's own clock is the only one.
 * Throws a sentence when the report asked for cannot be made.
 */
export async function makeReport(
  batches: AsyncIterable<InputBatch>,
  options: ReportOptions,
  listener: ReportListener,
): Promise<{ readonly report: Report; readonly hasValid: boolean }> {
  const recording = new Recording(options);
  const { configuration } = options;
  const configured = new CentreState('', configuration.semantic, configuration.limits, () => {});
  const pending: Pending[] = [];
  const keep = (parsed: ParsedEvent, centre: string, item: InputItem): void => {
    if (options.as === 'known') return recording.apply(parsed, centre);
    if (parsed.ingestedMs === undefined || !('text' in item) || item.text === undefined)
      throw new FailedError(`${placeText(item.place)}: ${NEEDS_INGESTED}`);
    pending.push({ ingestedMs: parsed.ingestedMs, text: item.text, centre });
    if (parsed.event.type === 'vigie.config.changed') configured.apply(parsed);
  };
  await readAll(batches, recording, keep, listener);

  const centre = centreOf(recording, options, listener);
  const state = recording.stateOf(centre);
  const span = recording.spanOf(centre);
  const { versions } = options.as === 'known' ? state : configured;
  const zones = versions.versions.map(({ config }) => config.timeZone);
  const given = options.at.map((at) =>
    resolveAt(at, [...new Set(zones)], (timeMs) => versions.at(timeMs).timeZone),
  );
  const instants = given.length > 0 || span === undefined ? given : [span.lastMs];
  const judgedAtMs = Math.max(span?.lastMs ?? Number.NEGATIVE_INFINITY, ...instants);

  const snapshotsOf = (atMs: number, figures: PastFigures): ReportSnapshot =>
    snapshotAt(state, figures, atMs, configuration, configVersionOf);
  const intervalsOf = (figures: PastFigures): Report['intervals'] => {
    if (options.interval === undefined) return undefined;
    if (span === undefined) return { by: options.by, rows: [] };
    const allowedLatenessMs = options.allowedLatenessMs ?? configuration.semantic.time.allowedLatenessMs;
    const { firstMs: fromMs, lastMs: toMs } = span;
    const by = options.by && { rollUp: options.by, presentation: configuration.presentation };
    const asked = { fromMs, toMs, size: options.interval, judgedAtMs, allowedLatenessMs, by };
    return { by: options.by, rows: intervalPieces(state, figures, asked) };
  };

  if (options.as === 'known') {
    const figures = new PastFigures(state);
    const snapshots = instants.map((atMs) => snapshotsOf(atMs, figures));
    const report = { events: recording.accounts, snapshots, intervals: intervalsOf(figures) };
    return { report, hasValid: recording.hasValid };
  }

  // Instant by instant, each with what had been ingested by then; in the end the rest, for the accounts.
  pending.sort((a, b) => a.ingestedMs - b.ingestedMs);
  let next = 0;
  const figuresBy = (atMs: number): PastFigures => {
    for (
      let event = pending[next];
      event !== undefined && event.ingestedMs <= atMs;
      event = pending[++next]
    ) {
      const again = parseEvent(JSON.parse(event.text));
      if (again.ok) recording.apply(again.parsed, event.centre);
    }
    return new PastFigures(state);
  };
  const shown = new Map(
    instants.toSorted((a, b) => a - b).map((atMs) => [atMs, snapshotsOf(atMs, figuresBy(atMs))] as const),
  );
  const pieces = intervalsOf(figuresBy(judgedAtMs));
  const intervals = pieces === undefined ? undefined : { by: pieces.by, rows: [...pieces.rows] };
  figuresBy(Number.POSITIVE_INFINITY);
  const snapshots = instants.flatMap((atMs) => shown.get(atMs) ?? []);
  return { report: { events: recording.accounts, snapshots, intervals }, hasValid: recording.hasValid };
}

const NEEDS_INGESTED =
  'the event has no ingestedtime, which --as shown needs: without it nobody knows what had come in by then';

async function readAll(
  batches: AsyncIterable<InputBatch>,
  recording: Recording,
  keep: (parsed: ParsedEvent, centre: string, item: InputItem) => void,
  listener: ReportListener,
): Promise<void> {
  for await (const { items, lines, rejectedLines } of batches) {
    if (lines !== undefined) recording.countLines(lines);
    for (const { place, fault } of rejectedLines) listener.rejected(place, fault);
    for (const item of items) {
      if ('fault' in item) {
        recording.reject();
        listener.rejected(item.place, item.fault);
        continue;
      }
      const taken = recording.take(item.value);
      if (!taken.ok) listener.rejected(item.place, taken.reason);
      else if (taken.onTime) keep(taken.parsed, taken.centre, item);
    }
    listener.progress(recording.accounts.read);
  }
}

/** The centre asked for, else the configured one; a recording of one other centre only is reported as that one. */
function centreOf(recording: Recording, options: ReportOptions, listener: ReportListener): string {
  const { centres } = recording;
  const wanted = options.centre ?? options.configuration.centre;
  const [only] = centres.keys();
  const isOnly = options.centre === undefined && centres.size === 1 && only !== undefined;
  const centre = isOnly ? only : wanted;
  if (centre !== wanted) listener.note(`all events are of the centre ${centre}: its figures are reported`);
  if (options.centre !== undefined && centres.size > 0 && !centres.has(centre))
    listener.note(`no event is of the centre ${centre}; there are ${[...centres.keys()].join(', ')}`);
  const others = [...centres].filter(([name]) => name !== centre);
  if (others.length > 0 && centres.has(centre)) {
    const counts = others.map(([name, { events }]) => `${name} (${events} events)`).join(', ');
    listener.note(`the figures are those of the centre ${centre}; not of ${counts}: see --centre`);
  } else if (others.length > 0 && options.centre === undefined) {
    listener.note(
      `no event is of the centre ${centre}; there are ${others.map(([name]) => name).join(', ')}: see --centre`,
    );
  }
  return centre;
}
