import { accessOf, accessProblems } from './access.ts';
import { alarmProblems, alarmsOf } from './alarms.ts';
import type { Configuration, WindowSetting } from './configuration.ts';
import { kafkaOf, redisOf, serverOf, sourceOf } from './infrastructure.ts';
import { presentationOf, presentationProblems } from './presentation.ts';
import { nearest, problem, type ConfigProblem } from './problems.ts';
import { ConfigurationSchema, LIMIT_DEFAULTS, type ConfigurationFile, type LimitName } from './schema.ts';
import { semanticOf } from './semantic.ts';
import { semanticProblems } from './semantic-problems.ts';
import { problemsOf } from './validate.ts';
import { parseDuration } from './values.ts';
import { wallOf, wallProblems } from './wall.ts';

export type CheckResult =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      /** Keys that are accepted but have no effect yet, each with a sentence. */
      readonly notYetInForce: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What differs between the commands, and what this package cannot know. */
export interface CheckOptions {
  /** Port where the file names none: 8080, of a separate ingest 8081, of a separate aggregator 8082. */
  readonly defaultPort?: number;
  /** Data directory where nothing names one. */
  readonly defaultDataDirectory?: string;
  /** Ids of the catalogue; with them, unknown KPI ids in targets and exports are refused. */
  readonly kpis?: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DEFAULT_WINDOWS = ['5m', '15m', '30m', '60m', 'today'];

/**
 * Checks a whole configuration (the parsed `vigie.yaml`, overridden) and resolves it. All problems are answered at
 * once, each with its path. An accepted configuration resolves without an error for any queue and channel.
 */
export function checkConfiguration(raw: unknown, options: CheckOptions = {}): CheckResult {
  const malformed = problemsOf(ConfigurationSchema, raw ?? {});
  if (malformed.length > 0) return { ok: false, problems: malformed };
  const file = (raw ?? {}) as ConfigurationFile;
  const contradictions = [
    ...accessProblems(file),
    ...semanticProblems(file),
    ...presentationProblems(file),
    ...windowProblems(file),
    ...alarmProblems(
      file,
      windowsOf(file).map(({ id }) => id),
    ),
    ...storeProblems(file),
    ...kpiProblems(file, options.kpis),
    ...wallProblems(
      file,
      windowsOf(file).map(({ id }) => id),
      options.kpis,
    ),
  ];
  if (contradictions.length > 0) return { ok: false, problems: contradictions };
  return { ok: true, configuration: resolve(file, options), notYetInForce: pending(file) };
}

function resolve(file: ConfigurationFile, options: CheckOptions): Configuration {
  const centre = file.centre?.id ?? 'default';
  const windows = windowsOf(file);
  const ids = new Set(windows.map(({ id }) => id));
  return {
    centre,
    semantic: semanticOf(file),
    presentation: presentationOf(file),
    windows,
    server: serverOf(file, options.defaultPort ?? 8080),
    dataDirectory: file.dataDirectory ?? options.defaultDataDirectory ?? '.vigie',
    kafka: kafkaOf(file),
    redis: redisOf(file),
    sources: Object.entries(file.sources ?? {}).map(([name, source]) => sourceOf(name, source, centre)),
    retention: {
      logMs: parseDuration(file.retention?.log ?? '35d') ?? 0,
      intervalsMs: parseDuration(file.retention?.intervals ?? '35d') ?? 0,
      daysMs: parseDuration(file.retention?.days ?? '400d') ?? 0,
      fineMs: parseDuration(file.retention?.fine ?? '26h') ?? 0,
    },
    limits: { ...LIMIT_DEFAULTS, ...(file.limits as Partial<Record<LimitName, number>> | undefined) },
    prometheus: {
      kpis: file.prometheus?.kpis ?? 'all',
      windows: file.prometheus?.windows ?? ['30m', 'today'].filter((id) => ids.has(id)),
      maxSeries: file.prometheus?.maxSeries ?? 50_000,
    },
    access: accessOf(file),
    alarms: alarmsOf(
      file,
      windows.map(({ id }) => id),
    ),
    wall: wallOf(
      file,
      windows.map(({ id }) => id),
    ),
    file,
  };
}

function windowsOf(file: ConfigurationFile): readonly WindowSetting[] {
  const rolling = (file.windows ?? DEFAULT_WINDOWS)
    .filter((id) => id !== 'today')
    .map((id) => ({ id, lengthMs: parseDuration(id) ?? 0 }));
  return [...rolling.sort((a, b) => a.lengthMs - b.lengthMs), { id: 'today', lengthMs: undefined }];
}

function windowProblems(file: ConfigurationFile): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const seen = new Map<number, string>();
  for (const [index, id] of (file.windows ?? []).entries()) {
    const lengthMs = id === 'today' ? 0 : (parseDuration(id) ?? 0);
    const same = seen.get(lengthMs);
    if (same !== undefined) found.push(problem(`windows.${index}`, id, `another window than "${same}"`));
    seen.set(lengthMs, id);
    if (id !== 'today' && (lengthMs < MINUTE_MS || lengthMs > DAY_MS || lengthMs % MINUTE_MS !== 0)) {
      found.push(problem(`windows.${index}`, id, 'whole minutes from "1m" to "24h", or "today"'));
    }
  }
  const ids = windowsOf(file).map(({ id }) => id);
  for (const [index, id] of (file.prometheus?.windows ?? []).entries()) {
    if (!ids.includes(id)) {
      found.push(problem(`prometheus.windows.${index}`, id, `one of the windows (${ids.join(', ')})`));
    }
  }
  return found;
}

function storeProblems(file: ConfigurationFile): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const { kafka, redis } = file;
  if (kafka !== undefined && kafkaOf(file) === undefined) {
    found.push(problem('kafka.brokers', kafka.brokers, 'brokers such as "localhost:9092"'));
  }
  const ways = (['url', 'sentinels', 'cluster'] as const).filter((key) => redis?.[key] !== undefined);
  if (redis !== undefined && ways.length !== 1) {
    const value = ways.length === 0 ? undefined : ways;
    found.push(problem('redis', value, 'exactly one of url, sentinels and cluster', false));
  }
  return found;
}

function kpiProblems(file: ConfigurationFile, kpis: readonly string[] | undefined): ConfigProblem[] {
  if (kpis === undefined) return [];
  const found: ConfigProblem[] = [];
  const check = (path: string, kpi: string) => {
    if (kpis.includes(kpi)) return;
    const near = nearest(kpi, kpis);
    found.push(
      problem(path, kpi, near === undefined ? 'a KPI id of the catalogue' : `a KPI id such as "${near}"`),
    );
  };
  const checkTargets = (path: string, targets: object | undefined) => {
    for (const kpi of Object.keys(targets ?? {})) check(`${path}.${kpi}`, kpi);
  };
  checkTargets('centre.targets', file.centre?.targets);
  for (const [queue, section] of Object.entries(file.queues ?? {})) {
    checkTargets(`queues.${queue}.targets`, section.targets);
    for (const [channel, own] of Object.entries(section.channels ?? {})) {
      checkTargets(`queues.${queue}.channels.${channel}.targets`, own.targets);
    }
  }
  for (const [name, { kpi }] of Object.entries(file.alarms?.rules ?? {}))
    check(`alarms.rules.${name}.kpi`, kpi);
  const exported = file.prometheus?.kpis;
  if (Array.isArray(exported)) {
    for (const [index, kpi] of exported.entries()) check(`prometheus.kpis.${index}`, String(kpi));
  }
  return found;
}

/** What is accepted and checked, but has no effect yet. */
function pending(file: ConfigurationFile): string[] {
  const found: string[] = [];
  for (const [name, { type }] of Object.entries(file.sources ?? {})) {
    if (type !== 'asterisk-queue-log')
      found.push(`sources.${name} is not yet in force: no source of type ${type} is read`);
  }
  return found;
}
