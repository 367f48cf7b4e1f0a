import { ConfigError, nearest, type ConfigProblem } from '@vigie/contracts';

/** An environment variable of Vigie: what it sets, or what it is for. */
interface Variable {
  /** Path in the configuration that it overrides; absent when it is about the process. */
  readonly path?: string;
  readonly read?: (text: string) => unknown;
  readonly description: string;
}

/** A port given as text; what is no number stays text, so that the check names it. */
const numeric = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text);

/** Every variable that Vigie reads itself. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  VIGIE_KAFKA_BROKERS: { path: 'kafka.brokers', description: 'Overrides kafka.brokers.' },
  VIGIE_REDIS_URL: { path: 'redis.url', description: 'Overrides redis.url.' },
  VIGIE_HOST: { path: 'server.host', description: 'Overrides server.host.' },
  VIGIE_PORT: { path: 'server.port', read: numeric, description: 'Overrides server.port.' },
  VIGIE_ADVERTISED_URL: { path: 'server.advertisedUrl', description: 'Overrides server.advertisedUrl.' },
  VIGIE_DATA: { path: 'dataDirectory', description: 'Overrides dataDirectory.' },
  VIGIE_ALLOW_OPEN: { description: '1: may listen off loopback without access configured.' },
  VIGIE_INTERNAL_KEY: {
    description:
      'Secret of at least 32 characters that gateways show aggregators: the same for all processes; off loopback with access it must be there.',
  },
  VIGIE_KEY: {
    description: 'Access key that replay, import, connect and simulate show the service.',
  },
  VIGIE_CRASH_AT: {
    description:
      'For tests alone: ends the process by SIGKILL at a named step, e.g. `checkpoints.commit:before:3`.',
  },
  VIGIE_LOG_LEVEL: { description: 'trace, debug, info, warn, error, fatal or silent; info by default.' },
};

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A value that replaces one of the file, and where it comes from. */
export interface Override {
  readonly path: string;
  readonly value: unknown;
  /** `VIGIE_PORT`, `--port`. */
  readonly origin: string;
}

export interface ProcessSettings {
  readonly logLevel: LogLevel;
  /** May listen off loopback without access configured. */
  readonly allowOpen: boolean;
  /** What processes of this deployment show each other. */
  readonly internalKey?: string | undefined;
}

export interface Environment extends ProcessSettings {
  readonly overrides: readonly Override[];
}

export type Variables = Readonly<Record<string, string | undefined>>;

function wrong(name: string, value: string, expected: string): ConfigProblem {
  const message = `${name} is ${JSON.stringify(value)}: expected ${expected}`;
  return { path: name, value, expected, message };
}

/**
 * Reads Vigie's variables. An empty one counts as absent. Throws {@link ConfigError} with all that are wrong: an
 * unknown `VIGIE_…` is one, unless `alsoKnown` names it (the configuration may name variables that hold secrets).
 */
export function readEnvironment(env: Variables, alsoKnown: ReadonlySet<string> = new Set()): Environment {
  const problems: ConfigProblem[] = [];
  const overrides: Override[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('VIGIE_') || text === undefined || text === '') continue;
    const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
    if (variable?.path !== undefined) {
      overrides.push({ path: variable.path, value: variable.read?.(text) ?? text, origin: name });
    } else if (variable === undefined && !alsoKnown.has(name)) {
      problems.push(unknownVariable(name, text));
    }
  }
  const level = env['VIGIE_LOG_LEVEL'] ?? '';
  const logLevel = level === '' ? 'info' : LOG_LEVELS.find((known) => known === level);
  if (logLevel === undefined)
    problems.push(wrong('VIGIE_LOG_LEVEL', level, `one of ${LOG_LEVELS.join(', ')}`));
  const open = env['VIGIE_ALLOW_OPEN'] ?? '';
  if (!['', '0', '1'].includes(open)) problems.push(wrong('VIGIE_ALLOW_OPEN', open, '1 or 0'));
  const internal = env['VIGIE_INTERNAL_KEY'] ?? '';
  if (internal !== '' && !/^[\x21-\x7e]{32,400}$/.test(internal)) {
    const expected = '32 to 400 letters and digits, such as "openssl rand -hex 32" prints';
    const message = `VIGIE_INTERNAL_KEY is wrong (its value is not shown): expected ${expected}`;
    problems.push({ path: 'VIGIE_INTERNAL_KEY', value: undefined, expected, message });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const internalKey = internal === '' ? undefined : internal;
  return { overrides, logLevel: logLevel ?? 'info', allowOpen: open === '1', internalKey };
}

function unknownVariable(name: string, text: string): ConfigProblem {
  const known = Object.keys(VARIABLES);
  const near = nearest(name, known);
  const hint = near === undefined ? `known ones are ${known.join(', ')}` : `did you mean ${near}?`;
  const message = `${name} is not a variable Vigie knows: ${hint}`;
  return { path: name, value: text, expected: near ?? `one of ${known.join(', ')}`, message };
}
