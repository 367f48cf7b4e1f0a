import type { Channel } from '../events/fields.ts';
import { ALL } from '../live/rows.ts';
import { isRatio } from './presentation.ts';
import { problem, type ConfigProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';
import { parseDuration } from './values.ts';

/** A configured alarm. Which side of a limit is bad, the order of its limits says, else the catalogue. */
export interface AlarmRule {
  readonly name: string;
  readonly kpi: string;
  readonly centre: string;
  /** A queue, `_all`, or a pattern. */
  readonly queue: string;
  readonly channel: Channel | typeof ALL;
  readonly window: string;
  readonly warning: number | undefined;
  readonly critical: number | undefined;
  readonly minSample: number;
  readonly holdMs: number;
  readonly hysteresis: number;
  /** Name of a calendar; `undefined`: always. */
  readonly hours: string | undefined;
  readonly webhooks: readonly string[];
}

export interface WebhookSetting {
  readonly name: string;
  readonly url: string;
  /** Name of the environment variable that holds the secret. */
  readonly secretEnv: string;
}

export interface AlarmSettings {
  readonly rules: readonly AlarmRule[];
  readonly webhooks: readonly WebhookSetting[];
}

/** Each rule is judged every second; more than these are refused. */
const MAX_RULES = 200;
export const ALARM_DEFAULTS = { minSample: 10, holdMs: 15_000, ratioHysteresis: 0.01 } as const;

/** Of the windows of the configuration the one that alarms are of where nothing is said. */
export function defaultWindow(windows: readonly string[]): string {
  return windows.includes('30m') ? '30m' : (windows[0] ?? 'today');
}

export function alarmsOf({ alarms, centre }: ConfigurationFile, windows: readonly string[]): AlarmSettings {
  const rules = Object.entries(alarms?.rules ?? {}).map(([name, rule]): AlarmRule => {
    const { minSample, holdMs, ratioHysteresis } = ALARM_DEFAULTS;
    return {
      name,
      kpi: rule.kpi,
      centre: rule.centre ?? centre?.id ?? 'default',
      queue: rule.queue ?? ALL,
      channel: rule.channel ?? ALL,
      window: rule.window ?? defaultWindow(windows),
      warning: rule.warning,
      critical: rule.critical,
      minSample: rule.minSample ?? minSample,
      holdMs: rule.hold === undefined ? holdMs : (parseDuration(rule.hold) ?? holdMs),
      hysteresis: rule.hysteresis ?? (isRatio(rule.kpi) ? ratioHysteresis : 0),
      hours: rule.hours,
      webhooks: rule.webhooks ?? [],
    };
  });
  const webhooks = Object.entries(alarms?.webhooks ?? {}).map(([name, hook]) => ({ name, ...hook }));
  return { rules, webhooks };
}

/** Alarms that cannot be meant. */
export function alarmProblems(file: ConfigurationFile, windows: readonly string[]): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const { rules = {}, webhooks = {} } = file.alarms ?? {};
  const count = Object.keys(rules).length;
  if (count > MAX_RULES) found.push(problem('alarms.rules', count, `at most ${MAX_RULES} rules`));
  for (const [name, rule] of Object.entries(rules)) {
    const at = (key: string, value: unknown, expected: string) =>
      found.push(problem(`alarms.rules.${name}.${key}`, value, expected));
    const { kpi, warning, critical, window, hours } = rule;
    if (warning === undefined && critical === undefined)
      at('critical', undefined, 'a limit: warning, critical or both');
    if (warning !== undefined && warning === critical)
      at('critical', critical, 'another limit than that of warning');
    if (window !== undefined && !windows.includes(window))
      at('window', window, `one of the windows (${windows.join(', ')})`);
    if (hours !== undefined && hours !== 'always' && !Object.hasOwn(file.calendars ?? {}, hours))
      at('hours', hours, `a calendar: one of ${['always', ...Object.keys(file.calendars ?? {})].join(', ')}`);
    for (const [index, hook] of (rule.webhooks ?? []).entries())
      if (!Object.hasOwn(webhooks, hook))
        at(`webhooks.${index}`, hook, 'the name of a webhook in alarms.webhooks');
    for (const [key, value] of Object.entries({ warning, critical }))
      if (value !== undefined && isRatio(kpi) && (value < 0 || value > 1))
        at(key, value, 'a ratio from 0 to 1');
  }
  return found;
}
