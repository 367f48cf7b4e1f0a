import { oracleAccounts, oracleSnapshot, type OracleOptions } from './snapshot.ts';
import type { OracleConfig, OracleData, OracleEvent, OracleFigure } from './types.ts';

/** Tuesday 20 October 2026, 10:00:00 UTC: second 0 of every hand-worked case. */
export const T0 = Date.parse('2026-10-20T10:00:00Z');

export const at = (seconds: number): number => T0 + Math.round(seconds * 1000);
export const iso = (seconds: number): string => new Date(at(seconds)).toISOString();

/** Short names for what most events carry: contact, segment, queue, agent. */
export interface Short extends Partial<OracleData> {
  readonly c?: string;
  readonly s?: string;
  readonly q?: string;
  readonly a?: string;
  readonly ch?: string;
  readonly root?: string;
}

let serial = 0;

/** An event `seconds` after {@link T0}; with its own id unless `extra` gives one. */
export function event(
  type: string,
  seconds: number,
  { c, s, q, a, ch, root, ...rest }: Short = {},
  extra: Partial<OracleEvent> = {},
): OracleEvent {
  serial += 1;
  return {
    specversion: '1.0',
    id: `e${serial}`,
    source: 'test://pbx',
    type: `vigie.${type}`,
    time: iso(seconds),
    data: {
      ...(c === undefined
        ? {}
        : {
            contact: {
              id: c,
              channel: ch ?? 'voice',
              ...(s === undefined ? {} : { segmentId: s }),
              ...(root === undefined ? {} : { rootId: root }),
            },
          }),
      ...(q === undefined ? {} : { queue: { id: q } }),
      ...(a === undefined ? {} : { agent: { id: a } }),
      ...rest,
    },
    ...extra,
  };
}

/** A segment of its own contact that waits `wait` seconds and is then decided; entry at `entered` seconds. */
export function segment(
  name: string,
  entered: number,
  wait: number,
  outcome: string,
  short: Short = {},
): OracleEvent[] {
  const ids: Short = { c: name, s: `${name}/1`, q: 'q', ...short };
  const [type, cause] = outcome.split(':');
  const more = type === 'answered' ? { a: 'ada' } : cause === undefined ? {} : { cause };
  return [
    event('contact.queued', entered, ids),
    event(`contact.${type}`, entered + wait, { ...ids, ...more }),
  ];
}

/** The figure of one row. Throws when there is no such row or figure. */
export function figure(
  events: readonly OracleEvent[],
  id: string,
  seconds: number,
  {
    queue = 'q',
    channel = 'voice',
    window = '30m',
    ...options
  }: Partial<OracleOptions & { queue: string; channel: string; window: string }> = {},
): OracleFigure {
  const { rows } = oracleSnapshot(events, { ...options, at: at(seconds), windows: [window] });
  const row = rows.find((r) => r.queue === queue && r.channel === channel);
  const found = row?.kpis[id];
  if (found === undefined) throw new Error(`no ${id} in ${queue} ${channel}: ${JSON.stringify(row)}`);
  return found;
}

/** The value alone. */
export const value = (...args: Parameters<typeof figure>): number | null => figure(...args).value;

export const accounts = (events: readonly OracleEvent[], config: OracleConfig = {}) =>
  oracleAccounts(events, { config });
