import type { Alarm, KpiValue, Row } from '@vigie/contracts';

import type { Formats } from './format.ts';
import type { Names } from './names.ts';
import { ALL, isWanted, WALL_KPIS, wallRows } from './rows.ts';
import { statusOf } from './status.ts';
import type { Language, Text } from './text.ts';
import { spokenValue, valueText } from './value-text.ts';
import { kpiOfTile, type ScreenPage } from './wall-pages.ts';

/** Words of a screen. */
export interface Speaking {
  readonly text: Text;
  readonly formats: Formats;
  readonly names: Names;
  readonly language: Language;
}

/** An alarm on the line that stands on every page. */
export interface AlarmLine {
  readonly level: 'warn' | 'alert';
  readonly text: string;
  /** Since when, and who takes care. */
  readonly note: string;
}

const isUp = ({ state }: Alarm): boolean => state === 'critical' || state === 'warning';
/** Somebody has said that he takes care. */
const isSeen = ({ acknowledged }: Alarm): boolean => acknowledged !== null;

/** Is it about a queue of the page? An alarm of the total is of those that show everything. */
function isOf({ queue }: Alarm, { queues }: Pick<ScreenPage, 'queues'>): boolean {
  return queue === ALL ? queues.length === 0 : isWanted(queue, queues);
}

const sinceMs = ({ since }: Alarm): number => (since === null ? 0 : Date.parse(since));

/** The alarms that are up on these pages, those that need somebody first, then the newest. */
export function alarmLines(
  alarms: readonly Alarm[],
  pages: readonly Pick<ScreenPage, 'queues'>[],
  speaking: Speaking,
): readonly AlarmLine[] {
  const { text, formats } = speaking;
  return alarms
    .filter((alarm) => isUp(alarm) && pages.some((page) => isOf(alarm, page)))
    .sort(
      (one, other) =>
        Number(isSeen(one)) - Number(isSeen(other)) ||
        Number(other.state === 'critical') - Number(one.state === 'critical') ||
        sinceMs(other) - sinceMs(one),
    )
    .map((alarm) => ({
      level: alarm.state === 'critical' ? 'alert' : 'warn',
      text: `${subjectOf(alarm, speaking)} ${valueText(unitOf(alarm.kpi, speaking.names), alarm.value, formats)}`,
      note: [
        alarm.since === null ? '' : text.since(formats.hourMinute(sinceMs(alarm))),
        alarm.acknowledged === null ? '' : text.seenBy(alarm.acknowledged.by),
      ]
        .filter((part) => part !== '')
        .join(' · '),
    }));
}

/** Does an alarm ask for somebody on this page? One that is seen does not any more. */
export function isAlarmed(page: Pick<ScreenPage, 'queues'>, alarms: readonly Alarm[]): boolean {
  return alarms.some((alarm) => alarm.state === 'critical' && !isSeen(alarm) && isOf(alarm, page));
}

/**
 * What needs an act on these pages, by a name of its own, with the words to say it in: figures that are red, and alarms that
 * are critical. What somebody has seen is not among them: saying so silences it on every screen.
 */
export function needsAct(
  rows: readonly Row[],
  pages: readonly ScreenPage[],
  alarms: readonly Alarm[],
  speaking: Speaking,
): ReadonlyMap<string, string> {
  const { text, names } = speaking;
  const seen = new Set(
    alarms.filter((alarm) => isUp(alarm) && isSeen(alarm)).map((alarm) => figureKey(alarm, alarm.kpi)),
  );
  const found = new Map<string, string>();
  const add = (key: string, named: Row | Alarm, kpi: string, value: number | null): void => {
    const said = spokenValue(unitOf(kpi, names), value, text);
    found.set(key, `${subjectOf({ queue: named.queue, kpi }, speaking)} ${said}`);
  };
  for (const { window, queues, figures } of pages) {
    const shown = wallRows(rows, window, queues);
    const kpis = new Set<string>([...WALL_KPIS, ...figures.map(kpiOfTile)]);
    // a total that was added up here has no verdict of its own
    for (const row of rows.filter((each) => each === shown.total || shown.queues.includes(each)))
      for (const kpi of kpis) {
        const figure: KpiValue | undefined = row.kpis[kpi];
        const key = figureKey(row, kpi);
        if (statusOf(figure) === 'alert' && !seen.has(key)) add(key, row, kpi, figure?.value ?? null);
      }
  }
  for (const alarm of alarms) {
    const isOurs = pages.some((page) => isOf(alarm, page));
    if (alarm.state === 'critical' && !isSeen(alarm) && isOurs)
      add(figureKey(alarm, alarm.kpi), alarm, alarm.kpi, alarm.value);
  }
  return found;
}

/** A figure that is red by its target and by a rule needs one act. */
const figureKey = ({ queue, window }: Pick<Row, 'queue' | 'window'>, kpi: string): string =>
  JSON.stringify([queue, kpi, window]);

const unitOf = (kpi: string, names: Names): string => names.kpis.get(kpi)?.unit ?? 'number';

/** `Billing: longest wait` */
function subjectOf(
  { queue, kpi }: { readonly queue: string; readonly kpi: string },
  { text, names, language }: Speaking,
): string {
  const name = queue === ALL ? text.allQueues : (names.queues.get(queue)?.name ?? queue);
  return `${name}${text.colon} ${wordOf(kpi, text) ?? names.kpis.get(kpi)?.name[language] ?? kpi}`;
}

/** The usual figures are called as on their tiles. */
function wordOf(kpi: string, text: Text): string | undefined {
  if (kpi === 'longest_wait_now') return text.longestWait;
  if (kpi === 'waiting_now') return text.waiting;
  if (kpi === 'service_level_live' || kpi === 'service_level') return text.serviceLevel;
  return kpi === 'abandonment_rate' ? text.abandonment : undefined;
}
