import { formatInstant, isInScope, type Episode, type WouldFireQuestion } from '@vigie/contracts';
import { hoursNamed, nextStatus, UNJUDGED, type Figure } from '@vigie/metrics';
import { QuestionError } from '../ports/owner.ts';
import { judgedBy, STATE_OF } from '../processor/alarm-judging.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { windowNamed, type AnswerContext, type AnswerText } from './asked.ts';
import { rowAsked } from './row-asked.ts';
import { seriesKpi, Slide } from './series.ts';

/** The past is judged at so many instants at most, a day every ten seconds: a hold is rounded up to whole steps. */
const MAX_INSTANTS = 8640;
/** More episodes than these are counted, not told. */
const MAX_EPISODES = 500;
const INSTANTS_A_STEP = 50;

/** When an alarm with the settings asked about would have been up. */
export interface WouldFire {
  readonly kpi: string;
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly from: string;
  readonly to: string;
  /** Seconds between the instants that were judged. */
  readonly step: number;
  readonly episodes: readonly Episode[];
  /** How many more there were. */
  readonly untold: number;
}

/** The automaton of an alarm over the figures of the past, *as known now*. */
export function* wouldFireText(
  centre: LiveCentre,
  question: WouldFireQuestion,
  context: AnswerContext,
): AnswerText {
  const { facts, timeline } = centre;
  const { queue, scope, spanMs, hours } = question;
  if (!isInScope(queue, scope))
    throw new QuestionError(404, `queue: nothing is known of ${JSON.stringify(queue)}`, {
      parameter: 'queue',
    });
  const known = seriesKpi(question.kpi);
  const { sizeMs } = windowNamed(question.window, context.windows);
  if (sizeMs === undefined) {
    const detail = `window: ${question.window} does not slide: ask for a rolling one`;
    throw new QuestionError(400, detail, { parameter: 'window' });
  }
  const reachMs = Math.min(spanMs, context.fineMs);
  const stepMs = Math.ceil(reachMs / MAX_INSTANTS / 1000) * 1000;
  const lastMs = Math.floor(timeline.now / stepMs) * stepMs;
  const count = Math.floor(reachMs / stepMs) + 1;
  const instants = Array.from({ length: count }, (_, n) => lastMs - (count - 1 - n) * stepMs);
  const row = rowAsked(facts, question, lastMs);
  const slide = new Slide(instants, sizeMs, new Set(row.groups));
  yield* slide.read(facts);
  const { kpi, target } = judgedBy(question, known);
  const episodes = new Episodes(kpi.better === 'higher');
  let status = UNJUDGED;
  for (const [index, atMs] of instants.entries()) {
    slide.next();
    const isOff = hours !== undefined && !hoursNamed(facts.versions.at(atMs), hours).isOpen(atMs);
    const figure = slide.figure(facts, known, row, atMs);
    status = isOff ? UNJUDGED : nextStatus(status, figure, target, kpi, atMs);
    const state = STATE_OF[status.shown];
    episodes.at(atMs, state === 'warning' || state === 'critical' ? state : undefined, figure);
    if (index % INSTANTS_A_STEP === 0) yield;
  }
  const answer: WouldFire = {
    ...{ kpi: kpi.id, queue: row.queue, channel: row.channel, window: question.window },
    ...{ from: formatInstant(instants[0]!), to: formatInstant(lastMs), step: stepMs / 1000 },
    episodes: episodes.found,
    untold: episodes.untold,
  };
  yield JSON.stringify(answer);
}

/** Puts together the instants at which an alarm is up. */
class Episodes {
  readonly #isLowBad: boolean;
  readonly #found: { state: Episode['state']; from: string; to: string | null; worst: number | null }[] = [];
  #open = false;
  untold = 0;

  constructor(isLowBad: boolean) {
    this.#isLowBad = isLowBad;
  }

  get found(): readonly Episode[] {
    return this.#found;
  }

  at(atMs: number, state: Episode['state'] | undefined, { value }: Figure): void {
    const last = this.#open ? this.#found.at(-1) : undefined;
    if (last !== undefined && last.state === state) {
      if (value !== null && (last.worst === null || value < last.worst === this.#isLowBad))
        last.worst = value;
      return;
    }
    const at = formatInstant(atMs);
    if (last !== undefined) last.to = at;
    this.#open = state !== undefined && this.#found.length < MAX_EPISODES;
    if (state === undefined) return;
    if (this.#open) this.#found.push({ state, from: at, to: null, worst: value });
    else this.untold += 1;
  }
}
