import type { Alarm } from '@vigie/contracts';

import { DASH } from '../figure.ts';
import type { Moment } from './moment.ts';
import { valueText } from '../value-text.ts';

export interface AlarmView {
  readonly id: string;
  readonly rule: string;
  readonly queue: string;
  readonly figure: string;
  readonly value: string;
  readonly limits: string;
  readonly state: Alarm['state'];
  readonly stateWord: string;
  readonly since: string;
  readonly acknowledged: string;
  /** It is up, and nobody has said that he saw it. */
  readonly isOpen: boolean;
}

const RANK: Readonly<Record<Alarm['state'], number>> = { critical: 0, warning: 1, ok: 2, none: 3, off: 4 };

/** Alarms, those that need somebody first. */
export function alarmsView(alarms: readonly Alarm[], { context, desk }: Moment): readonly AlarmView[] {
  const { formats, names, language, text } = context;
  return [...alarms]
    .sort(
      (one, other) =>
        RANK[one.state] - RANK[other.state] ||
        Number(one.acknowledged !== null) - Number(other.acknowledged !== null) ||
        (one.id < other.id ? -1 : 1),
    )
    .map((alarm) => {
      const known = names.kpis.get(alarm.kpi);
      const said = (value: number | null): string => valueText(known?.unit ?? 'number', value, formats);
      const limits = [
        alarm.warning === null ? '' : desk.warning(said(alarm.warning)),
        alarm.critical === null ? '' : desk.critical(said(alarm.critical)),
      ];
      const { acknowledged } = alarm;
      const isUp = alarm.state === 'warning' || alarm.state === 'critical';
      return {
        id: alarm.id,
        rule: alarm.rule,
        queue: alarm.queue === '_all' ? text.allQueues : (names.queues.get(alarm.queue)?.name ?? alarm.queue),
        figure: `${known?.name[language] ?? alarm.kpi}, ${text.windowName(alarm.window)}`,
        value: alarm.value === null ? DASH : said(alarm.value),
        limits: limits.filter((limit) => limit !== '').join(', '),
        state: alarm.state,
        stateWord: desk.alarmStates[alarm.state] ?? alarm.state,
        since: alarm.since === null ? '' : formats.time(Date.parse(alarm.since)),
        acknowledged:
          acknowledged === null
            ? ''
            : desk.acknowledgedBy(acknowledged.by, formats.hourMinute(Date.parse(acknowledged.at))),
        isOpen: isUp && acknowledged === null,
      };
    });
}

/** A stretch in which an alarm would have been up. */
export interface EpisodeView {
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly worst: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the answer of `/v1/alarms/would-fire`, newest first. */
export function episodesView(body: unknown, kpi: string, { context, desk }: Moment): readonly EpisodeView[] {
  const episodes = (body as { episodes?: unknown } | null)?.episodes;
  const { formats, names } = context;
  const timeOf = (value: unknown): string | null =>
    typeof value === 'string' && !Number.isNaN(Date.parse(value))
      ? formats.dateTime(Date.parse(value))
      : null;
  return (Array.isArray(episodes) ? (episodes as Fields[]) : [])
    .map(({ state, from, to, worst }) => ({
      state: desk.alarmStates[String(state)] ?? String(state),
      from: timeOf(from) ?? DASH,
      to: timeOf(to) ?? desk.stillOn,
      worst: valueText(
        names.kpis.get(kpi)?.unit ?? 'number',
        typeof worst === 'number' ? worst : null,
        formats,
      ),
    }))
    .reverse();
}
