import { isKpiValue } from '@vigie/client';
import type { KpiValue, Row } from '@vigie/contracts';

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const list = (body: unknown, field: string): readonly Fields[] => {
  const found = isObject(body) ? body[field] : null;
  return Array.isArray(found) ? found.filter(isObject) : [];
};
const record = <T>(value: unknown, read: (value: unknown) => T | null): Readonly<Record<string, T>> => {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([key, item]) => {
      const known = read(item);
      return known === null ? [] : [[key, known]];
    }),
  );
};
const kpis = (value: unknown): Readonly<Record<string, KpiValue>> =>
  record(value, (kpi) => (isKpiValue(kpi) ? kpi : null));

/** One contact, agent or case behind a figure. */
export interface Behind {
  readonly id: string;
  readonly atMs: number;
  readonly effect: string;
  readonly reason: string;
  readonly waitSeconds: number | null;
}
export interface Reading {
  readonly value: number | null;
  readonly n: number | null;
}
/** The answer of `/v1/queues/{queue}/explain`. */
export interface Explained {
  readonly kpi: string;
  readonly value: number | null;
  readonly n: number | null;
  readonly asOfMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly formula: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly variants: Readonly<Record<string, Reading>>;
  readonly configVersion: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly entities: readonly Behind[];
  readonly next: string | null;
}

const reading = (value: unknown): Reading | null =>
  isObject(value) ? { value: number(value['value']), n: number(value['n']) } : null;

export function readExplained(body: unknown): Explained {
  const fields: Fields = isObject(body) ? body : {};
  const window: Fields = isObject(fields['window']) ? fields['window'] : {};
  return {
    kpi: text(fields['kpi']),
    value: number(fields['value']),
    n: number(fields['n']),
    asOfMs: Date.parse(text(fields['asOf'])),
    fromMs: Date.parse(text(window['from'])),
    toMs: Date.parse(text(window['to'])),
    formula: text(fields['formula']),
    numbers: record(fields['numbers'], number),
    variants: record(fields['variants'], reading),
    configVersion: text(fields['configVersion']),
    counts: record(fields['counts'], number),
    entities: list(body, 'entities').map((entity) => ({
      id: text(entity['contact']) || text(entity['agent']) || text(entity['case']),
      atMs: Date.parse(text(entity['at'])),
      effect: text(entity['effect']),
      reason: text(entity['reason']),
      waitSeconds: number(entity['waitSeconds']),
    })),
    next: text(fields['next']) || null,
  };
}

/** A row of `/v1/queues/{queue}/intervals`. */
export interface Interval {
  readonly queue: string;
  readonly channel: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

export function readIntervals(body: unknown): readonly Interval[] {
  return list(body, 'rows').map((row) => ({
    queue: text(row['queue']),
    channel: text(row['channel']),
    startMs: Date.parse(text(row['start'])),
    endMs: Date.parse(text(row['end'])),
    kpis: kpis(row['kpis']),
  }));
}

/** The rows of `/v1/snapshot`, with the instant that they are of. */
export interface PastRows {
  readonly asOfMs: number;
  readonly rows: readonly Row[];
}

export function readSnapshot(body: unknown): PastRows {
  return {
    asOfMs: Date.parse(text(isObject(body) ? body['asOf'] : '')),
    rows: list(body, 'rows').map((row) => ({
      queue: text(row['queue']),
      channel: text(row['channel']),
      window: text(row['window']),
      state: row['state'] === 'incomplete' ? 'incomplete' : 'live',
      ...(typeof row['since'] === 'string' ? { since: row['since'] } : {}),
      kpis: kpis(row['kpis']),
    })),
  };
}

/** Values of one figure over the last hour, by row: from `GET /v1/queues/{queue}/series`. */
export type Trends = ReadonlyMap<string, readonly (number | null)[]>;
export const trendKey = (queue: string, channel: string): string => JSON.stringify([queue, channel]);

export function readTrends(body: unknown): Trends {
  return new Map(
    list(body, 'rows').map((row) => [
      trendKey(text(row['queue']), text(row['channel'])),
      Array.isArray(row['values']) ? row['values'].map(number) : [],
    ]),
  );
}

/** The answer of `/v1/sources`. */
export interface Sources {
  readonly watermarkMs: number | null;
  readonly sources: readonly {
    readonly source: string;
    readonly upToMs: number | null;
    readonly silent: boolean;
    readonly restarts: number;
  }[];
  readonly gaps: readonly { readonly source: string; readonly fromMs: number; readonly toMs: number }[];
  readonly accounts: Readonly<Record<string, number>>;
}

const instantOrNull = (value: unknown): number | null =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : null;

export function readSources(body: unknown): Sources {
  const fields: Fields = isObject(body) ? body : {};
  return {
    watermarkMs: instantOrNull(fields['watermark']),
    sources: list(body, 'sources').map((source) => ({
      source: text(source['source']),
      upToMs: instantOrNull(source['upTo']),
      silent: source['silent'] === true,
      restarts: Array.isArray(source['restarts']) ? source['restarts'].length : 0,
    })),
    gaps: list(body, 'gaps').map((gap) => ({
      source: text(gap['source']),
      fromMs: Date.parse(text(gap['from'])),
      toMs: Date.parse(text(gap['to'])),
    })),
    accounts: record(fields['accounts'], number),
  };
}

/** A wall screen of `/v1/screens`. */
export interface ScreenStanding {
  readonly screen: string;
  readonly state: string;
  readonly sinceMs: number | null;
  readonly page: string;
}

export function readScreens(body: unknown): readonly ScreenStanding[] {
  return list(body, 'screens').map((screen) => ({
    screen: text(screen['screen']),
    state: text(screen['state']),
    sinceMs: instantOrNull(screen['since']),
    page: text(screen['page']),
  }));
}

export interface Settings {
  readonly threshold: number | null;
  readonly shortAbandon: number | null;
  readonly formula: string | null;
}
/** The answer of `/v1/queues/{queue}/what-if`. */
export interface Tried {
  readonly real: Settings;
  readonly hypothesis: Settings;
  readonly kpis: Readonly<Record<string, { readonly real: Reading; readonly hypothesis: Reading }>>;
}

export function readTried(body: unknown): Tried {
  const fields: Fields = isObject(body) ? body : {};
  const both: Fields = isObject(fields['settings']) ? fields['settings'] : {};
  const settings = (value: unknown): Settings => {
    const given: Fields = isObject(value) ? value : {};
    return {
      threshold: number(given['threshold']),
      shortAbandon: number(given['shortAbandon']),
      formula: text(given['formula']) || null,
    };
  };
  return {
    real: settings(both['real']),
    hypothesis: settings(both['hypothesis']),
    kpis: record(fields['kpis'], (value) => {
      const [real, hypothesis] = isObject(value)
        ? [reading(value['real']), reading(value['hypothesis'])]
        : [];
      return real && hypothesis ? { real, hypothesis } : null;
    }),
  };
}
