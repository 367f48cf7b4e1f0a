import {
  ALL,
  formatInstant,
  type Channel,
  type SemanticConfig,
  type ServiceLevelSettings,
  type WhatIfQuestion,
} from '@vigie/contracts';
import {
  ConfigVersions,
  contactContributions,
  FIELDS,
  kpiOf,
  MEASURES,
  measuresOf,
  Present,
  Totals,
  type JudgeContext,
  type Kpi,
  viewContact,
} from '@vigie/metrics';
import { QuestionError } from '../ports/owner.ts';
import type { CentreState } from '../processor/centre-state.ts';
import type { Entity } from '../processor/entity.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { instantAsked, type AnswerContext, type AnswerText } from './asked.ts';
import { isContact } from './look.ts';
import { rowAsked, windowAsked } from './row-asked.ts';
import type { RowName } from './row-names.ts';

/** A figure as it is, and as it would be. */
export interface Compared {
  readonly real: { readonly value: number | null; readonly n?: number };
  readonly hypothesis: { readonly value: number | null; readonly n?: number };
}

/** How the service level is judged, durations in seconds; `null` where there is none, or the queues of a row differ. */
export interface Judged {
  readonly threshold: number | null;
  readonly shortAbandon: number | null;
  readonly formula: string | null;
}

/** A window judged by other settings, beside the real ones. */
export interface WhatIf {
  readonly queue: string;
  readonly channel: string;
  readonly asOf: string;
  readonly window: { readonly name: string; readonly from: string; readonly to: string };
  readonly configVersion: string;
  readonly settings: { readonly real: Judged; readonly hypothesis: Judged };
  readonly kpis: Readonly<Record<string, Compared>>;
}

/** The figures that these settings have a say in. */
const KPIS = [
  ...(['service_level_live', 'service_level', 'over_threshold_now', 'abandonment_rate'] as const),
  ...(['abandonment_rate_net', 'short_abandoned', 'answer_rate_within'] as const),
];
const ENTITIES_A_STEP = 50;

/**
 * The same contacts judged twice: by the configuration that holds, and by one in which these settings of the service
 * level are others. The very folds and formulas of the figures themselves, so that a configuration with those settings
 * would show these values. Nothing is kept of it.
 */
export function* whatIfText(
  centre: LiveCentre,
  question: WhatIfQuestion,
  context: AnswerContext,
): AnswerText {
  const { facts, timeline } = centre;
  const { thresholdMs, shortAbandonMs, formula } = question;
  if (thresholdMs === undefined && shortAbandonMs === undefined && formula === undefined) {
    throw new QuestionError(400, 'threshold: give a threshold, a shortAbandon or a formula to try', {
      parameter: 'threshold',
    });
  }
  const atMs = instantAsked(question.atMs ?? timeline.now, timeline.now, context.fineMs);
  const row = rowAsked(facts, question, atMs);
  const { fromMs, rolling } = windowAsked(centre, question.window, atMs, context);
  const hypothetical = (settings: ServiceLevelSettings): ServiceLevelSettings => changed(settings, question);
  const others: JudgeContext = {
    ...facts.context,
    versions: versionsWith(facts.context.versions, hypothetical),
  };
  const groups = new Set(row.groups);
  const real = new Judgement(facts.context, groups, fromMs, atMs);
  const hypothesis = new Judgement(others, groups, fromMs, atMs);
  let left = ENTITIES_A_STEP;
  for (const open of facts.entities.freeze(fromMs, isContact)) {
    const entity = open();
    real.add(entity);
    hypothesis.add(entity);
    if (--left > 0) continue;
    left = ENTITIES_A_STEP;
    yield;
  }
  const contactLevel = row.queue === ALL;
  const kpis = KPIS.map((id) => kpiOf(id)).filter(
    (kpi): kpi is Kpi => kpi !== undefined && (kpi.level !== 'contact' || contactLevel),
  );
  const answer: WhatIf = {
    queue: row.queue,
    channel: row.channel,
    asOf: formatInstant(atMs),
    window: { name: question.window, from: formatInstant(fromMs), to: formatInstant(atMs) },
    configVersion: facts.versions.versionAt(atMs).version,
    settings: {
      real: judgedBy(facts, row, atMs, (settings) => settings),
      hypothesis: judgedBy(facts, row, atMs, hypothetical),
    },
    kpis: Object.fromEntries(
      kpis.map((kpi) => [
        kpi.id,
        { real: real.figure(kpi, facts, rolling), hypothesis: hypothesis.figure(kpi, facts, rolling) },
      ]),
    ),
  };
  yield JSON.stringify(answer);
}

/** A short abandon is never longer than the threshold; where there is no abandon, there is no limit of one. */
function changed(settings: ServiceLevelSettings, question: WhatIfQuestion): ServiceLevelSettings {
  const thresholdMs = question.thresholdMs ?? settings.thresholdMs;
  const limitMs = question.shortAbandonMs ?? settings.shortAbandonMs;
  const shortAbandonMs =
    settings.shortAbandonMs === undefined || limitMs === undefined
      ? undefined
      : Math.min(limitMs, thresholdMs);
  return { ...settings, thresholdMs, shortAbandonMs, formula: question.formula ?? settings.formula };
}

/** Every version of the configuration, with other settings of the service level. */
function versionsWith(
  { versions }: ConfigVersions,
  change: (settings: ServiceLevelSettings) => ServiceLevelSettings,
): ConfigVersions {
  const [first, ...rest] = versions.map((version) => ({
    ...version,
    config: configWith(version.config, change),
  }));
  return new ConfigVersions([first!, ...rest]);
}

function configWith(
  config: SemanticConfig,
  change: (settings: ServiceLevelSettings) => ServiceLevelSettings,
): SemanticConfig {
  return {
    ...config,
    settings: (queue, channel) => {
      const settings = config.settings(queue, channel);
      return { ...settings, serviceLevel: change(settings.serviceLevel) };
    },
  };
}

/** What contacts add to a row in a window, by one way of judging them. */
class Judgement {
  readonly #totals = new Totals(MEASURES);
  readonly #present = new Present(MEASURES);
  readonly #context: JudgeContext;
  readonly #groups: ReadonlySet<number>;
  readonly #fromMs: number;
  readonly #atMs: number;

  constructor(context: JudgeContext, groups: ReadonlySet<number>, fromMs: number, atMs: number) {
    this.#context = context;
    this.#groups = groups;
    this.#fromMs = fromMs;
    this.#atMs = atMs;
  }

  add({ facts, links }: Entity): void {
    const view = viewContact(facts, links.byKey, this.#context);
    const contributions = contactContributions(view, this.#context);
    for (let i = 0; i < contributions.length; i += FIELDS) {
      if (contributions[i + 1]! > this.#atMs || !this.#groups.has(contributions[i]!)) continue;
      const { matures } = MEASURES.effects[contributions[i + 2]!]!;
      const at = matures === undefined ? contributions[i + 1]! : contributions[i + 3]!;
      const effects = MEASURES.effects[matures ?? contributions[i + 2]!]!;
      const value = matures === undefined ? contributions[i + 3]! : 0;
      this.#present.apply(effects, value, 1);
      if (at >= this.#fromMs) this.#totals.apply(effects, value, 1);
    }
  }

  figure(kpi: Kpi, { words }: CentreState, rolling: boolean): Compared['real'] {
    const counted = { totals: this.#totals, present: this.#present, nowMs: this.#atMs };
    const { value, n } = kpi.compute(measuresOf({ ...counted, rolling, daily: !rolling, words }));
    return { value, ...(n === undefined ? {} : { n }) };
  }
}

function judgedBy(
  { groups, versions }: CentreState,
  row: RowName,
  atMs: number,
  change: (settings: ServiceLevelSettings) => ServiceLevelSettings,
): Judged {
  const config = versions.at(atMs);
  const own = row.groups
    .map((group) => groups.nameOf(group))
    .filter(({ queue, channel }) => queue !== ALL && channel !== ALL)
    .map(({ queue, channel }) => change(config.settings(queue, channel as Channel).serviceLevel));
  const only = <T>(values: readonly T[]): T | null =>
    new Set(values).size === 1 ? (values[0] ?? null) : null;
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  return {
    threshold: seconds(only(own.map(({ thresholdMs }) => thresholdMs))),
    shortAbandon: seconds(only(own.map(({ shortAbandonMs }) => shortAbandonMs ?? null))),
    formula: only(own.map(({ formula }) => formula)),
  };
}
