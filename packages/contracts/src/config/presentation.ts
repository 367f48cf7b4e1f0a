import { ALL } from '../live/rows.ts';
import { CHANNELS, type Channel } from '../events/fields.ts';
import type { TargetSection } from './channel-schema.ts';
import { problem, type ConfigProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';
import { parseDuration } from './values.ts';

/** When a figure is ok, warns or alerts (`contract.md`, Configuration). */
export interface TargetSetting {
  readonly target: number;
  /** Absent: missing the target alerts. */
  readonly warn?: number;
  readonly minSample: number;
  readonly holdMs: number;
  readonly hysteresis: number;
}

export interface AgentLabel {
  readonly name: string;
  readonly team: string | undefined;
  readonly aliases: readonly string[];
}

/** Names, targets and language: they change what is shown, not what a figure means; immediate, not versioned. */
export interface Presentation {
  readonly centreName: string;
  /** BCP 47 language tag. */
  readonly locale: string;
  /** Configured queues, in the order of the file. */
  readonly queues: readonly string[];
  /** A queue without a name is called by its id. */
  queueName(queue: string): string;
  queueTeam(queue: string): string | undefined;
  queueSite(queue: string): string | undefined;
  /** By agent id, as configured. */
  readonly agents: ReadonlyMap<string, AgentLabel>;
  /**
   * Targets by KPI id of a queue's row; `_all` as queue is the centre. The same map for the same arguments, and one
   * map for all queues that are not configured.
   */
  targetsOf(queue: string, channel: Channel | typeof ALL): ReadonlyMap<string, TargetSetting>;
}

const MIN_SAMPLE = 10;
const HOLD_MS = 15_000;
const RATIO_HYSTERESIS = 0.01;
const SERVICE_LEVEL_TARGET = 0.8;
const QOS_TARGET = 0.9;

const RATIO_IDS = new Set([
  'csat',
  'occupancy',
  'utilization',
  'qa_score',
  'service_level',
  'service_level_live',
]);

/** Is this KPI a ratio from 0 to 1? By the naming of the catalogue: rates are, but for `contact_rate`. */
export function isRatio(kpi: string): boolean {
  return RATIO_IDS.has(kpi) || (/_rate(_|$)/.test(kpi) && kpi !== 'contact_rate');
}

type TargetSections = Readonly<Record<string, TargetSection>>;

function settingOf(kpi: string, section: TargetSection): TargetSetting {
  return {
    target: section.target,
    ...(section.warn === undefined ? {} : { warn: section.warn }),
    minSample: section.minSample ?? MIN_SAMPLE,
    holdMs: section.hold === undefined ? HOLD_MS : (parseDuration(section.hold) ?? HOLD_MS),
    hysteresis: section.hysteresis ?? (isRatio(kpi) ? RATIO_HYSTERESIS : 0),
  };
}

/** Later sections win; a target of the service level holds for the live one of the same section and the ones before. */
function targetsFrom(
  ...sections: readonly (TargetSections | undefined)[]
): ReadonlyMap<string, TargetSetting> {
  const merged = new Map<string, TargetSetting>();
  for (const section of sections) {
    for (const [kpi, target] of Object.entries(section ?? {})) merged.set(kpi, settingOf(kpi, target));
    const plain = section?.['service_level'];
    if (plain !== undefined && section?.['service_level_live'] === undefined) {
      merged.set('service_level_live', settingOf('service_level_live', plain));
    }
  }
  return merged;
}

const everywhere: TargetSections = { service_level: { target: SERVICE_LEVEL_TARGET } };

/** Reads the presentation of a file that is known to be right. */
export function presentationOf(file: ConfigurationFile): Presentation {
  const ofCentre = targetsFrom(everywhere, { qos_rate: { target: QOS_TARGET } }, file.centre?.targets);
  const ofUnknown = targetsFrom(everywhere);
  const ofQueue = new Map(
    Object.entries(file.queues ?? {}).map(([queue, section]) => {
      const byChannel = new Map<string, ReadonlyMap<string, TargetSetting>>([
        [ALL, targetsFrom(everywhere, section.targets)],
      ]);
      for (const channel of CHANNELS) {
        byChannel.set(
          channel,
          targetsFrom(everywhere, section.targets, section.channels?.[channel]?.targets),
        );
      }
      return [queue, byChannel] as const;
    }),
  );
  const section = (queue: string) =>
    Object.hasOwn(file.queues ?? {}, queue) ? file.queues?.[queue] : undefined;
  return {
    centreName: file.centre?.name ?? file.centre?.id ?? 'default',
    locale: file.centre?.locale ?? 'en',
    queues: Object.keys(file.queues ?? {}),
    queueName: (queue) => section(queue)?.name ?? queue,
    queueTeam: (queue) => section(queue)?.team,
    queueSite: (queue) => section(queue)?.site,
    agents: new Map(
      Object.entries(file.agents ?? {}).map(([agent, { name, team, aliases }]) => [
        agent,
        { name: name ?? agent, team, aliases: aliases ?? [] },
      ]),
    ),
    targetsOf: (queue, channel) =>
      queue === ALL ? ofCentre : (ofQueue.get(queue)?.get(channel) ?? ofUnknown),
  };
}

/** Targets that cannot be meant. */
export function presentationProblems(file: ConfigurationFile): ConfigProblem[] {
  const found = targetProblems('centre.targets', file.centre?.targets);
  const owners = new Map<string, string>();
  for (const [queue, section] of Object.entries(file.queues ?? {})) {
    found.push(...targetProblems(`queues.${queue}.targets`, section.targets));
    for (const channel of CHANNELS) {
      const targets = section.channels?.[channel]?.targets;
      found.push(...targetProblems(`queues.${queue}.channels.${channel}.targets`, targets));
    }
  }
  for (const [agent, { aliases }] of Object.entries(file.agents ?? {})) {
    for (const [index, alias] of (aliases ?? []).entries()) {
      const other = owners.get(alias);
      if (other !== undefined && other !== agent) {
        found.push(
          problem(`agents.${agent}.aliases.${index}`, alias, `a name that is not yet an alias of ${other}`),
        );
      }
      owners.set(alias, agent);
    }
  }
  return found;
}

function targetProblems(path: string, targets: TargetSections | undefined): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  for (const [kpi, section] of Object.entries(targets ?? {})) {
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(kpi)) {
      found.push(problem(`${path}.${kpi}`, section, 'the target of a KPI id such as "service_level"'));
    }
    if (!isRatio(kpi)) continue;
    for (const key of ['target', 'warn', 'hysteresis'] as const) {
      const value = section[key];
      if (value !== undefined && (value < 0 || value > 1)) {
        const example = value > 1 && value <= 100 ? ` (${value / 100} for ${value} %)` : '';
        found.push(problem(`${path}.${kpi}.${key}`, value, `a ratio from 0 to 1${example}`));
      }
    }
  }
  return found;
}
