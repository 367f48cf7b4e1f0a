import { formatInstant, semanticBody, type Configuration } from '@vigie/contracts';
import {
  agentRows,
  finish,
  standingOfRows,
  windowSpecs,
  type CentreState,
  type IntervalRow,
  type IntervalSize,
  type PastFigures,
  type RollUp,
} from '@vigie/engine';
import type { ReportSnapshot } from './document.ts';

/** Rows of about this many intervals are made at a time: enough to be fast, few enough to be held. */
const ROWS_A_PIECE = 20_000;

/** Body of `/v1/snapshot` at an instant, with all windows and rows. `versionOf` names the configuration that holds first. */
export function snapshotAt(
  state: CentreState,
  figures: PastFigures,
  atMs: number,
  configuration: Configuration,
  versionOf: (body: Readonly<Record<string, unknown>>) => string,
): ReportSnapshot {
  const windows = windowSpecs(configuration);
  const rows = figures.rowsAt(atMs, windows, configuration.presentation);
  const { version, fromMs } = state.versions.versionAt(atMs);
  const { watermarkMs } = state.sources;
  return {
    centre: state.name,
    asOf: formatInstant(atMs),
    watermark: watermarkMs === undefined ? null : formatInstant(watermarkMs),
    ...standingOfRows(rows),
    configVersion: fromMs === Number.NEGATIVE_INFINITY ? versionOf(semanticBody(configuration)) : version,
    rows,
    agents: finish(agentRows(state, configuration.presentation, TODAY, atMs)),
  };
}

const TODAY = { name: 'today', sizeMs: undefined };

export interface IntervalOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly size: IntervalSize;
  readonly judgedAtMs: number;
  readonly allowedLatenessMs: number;
  /** Rows of teams or sites instead of queues. */
  readonly by: { readonly rollUp: RollUp; readonly presentation: Configuration['presentation'] } | undefined;
}

/** Rows of every interval of the local days from `fromMs` to `toMs`, some days at a time. */
export function* intervalPieces(
  state: CentreState,
  figures: PastFigures,
  options: IntervalOptions,
): Generator<readonly IntervalRow[]> {
  const zone = state.versions.zoneAt(options.judgedAtMs);
  const last = zone.dayStart(options.toMs);
  let daysAPiece = 1;
  for (let day = zone.dayStart(options.fromMs); day <= last;) {
    let end = day;
    for (let days = 1; days < daysAPiece && zone.nextDayStart(end) <= last; days++)
      end = zone.nextDayStart(end);
    const rows = figures.intervals({ ...options, fromMs: day, toMs: end });
    yield rows;
    // The first piece tells how many rows a day has.
    if (daysAPiece === 1) daysAPiece = Math.max(1, Math.floor(ROWS_A_PIECE / Math.max(1, rows.length)));
    day = zone.nextDayStart(end);
  }
}
