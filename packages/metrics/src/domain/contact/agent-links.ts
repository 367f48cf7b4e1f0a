import { SKEW_TOLERANCE_MS, type Channel } from '@vigie/contracts';
import { NO_LINKS, sameLink, sameNamed, type Link } from '../link.ts';
import type { Box } from './codes.ts';
import type { JudgeContext } from './context.ts';
import type { Feedback, Score } from './feedback.ts';
import type { SurveyKind } from './measures.ts';
import type { Asked } from './movements.ts';
import type { ContactView, Handling, Segment } from './view.ts';
import { segmentOfWork, workOf, type Work } from './work.ts';

/** A piece of work told to the agent who did it. */
export interface WorkLink extends Link, Work {
  readonly about: 'work';
  readonly queue: string | undefined;
  readonly channel: Channel;
  /** Asked by a colleague: it occupies the agent but is not handled. */
  readonly consult: boolean;
  readonly inbound: boolean;
  readonly transferred: boolean;
  /** Its wrap-up was begun, and nobody told its end: the agent's next state ends it. */
  readonly wrapIsOpen: boolean;
  /** Does the source tell hold, and wrap-up, at all? */
  readonly tellsHold: boolean;
  readonly tellsAcw: boolean;
}

/** What an agent answered of a contact, told to him. */
export interface RepliesLink extends Link {
  readonly about: 'replies';
  /** When he answered stays that count as answered. */
  readonly answers: readonly number[];
  /** The first response of the conversation, if it was his. */
  readonly first: { readonly at: number; readonly ms: number; readonly within: boolean } | undefined;
  readonly responses: readonly { readonly at: number; readonly ms: number }[];
}

/** What was said of a contact, told to the agent it is about. Scores × 10⁶. */
export interface SaidLink extends Link {
  readonly about: 'said';
  readonly surveys: readonly {
    readonly at: number;
    readonly micros: number;
    readonly kind: SurveyKind;
    readonly box: Box;
    readonly verbatim: boolean;
  }[];
  readonly evaluations: readonly { readonly at: number; readonly micros: number }[];
  readonly sentiment: { readonly at: number; readonly micros: number } | undefined;
}

export type AgentLink = WorkLink | RepliesLink | SaidLink;

/**
 * Every piece of work and every reply of a contact, told to the agent; what nobody known did is told to none. `before`: what
 * the contact told before: a link that says the same is the same object, so that none needs to be compared again.
 */
export function linksToAgents(
  id: string,
  view: ContactView,
  context: JudgeContext,
  before: readonly Link[],
): readonly AgentLink[] {
  const links = agentLinks(id, view, context);
  let isSame = links.length === before.length;
  const kept = links.map((link, i) => {
    const known = sameNamed(link, before, i) as AgentLink | undefined;
    if (known !== undefined && saysSame(known, link)) {
      if (known !== before[i]) isSame = false;
      return known;
    }
    isSame = false;
    return link;
  });
  return isSame ? (before as readonly AgentLink[]) : kept;
}

/** Do two links of one key say the same? */
function saysSame(a: AgentLink, b: AgentLink): boolean {
  return a.about === 'work' && b.about === 'work' ? isSameWork(a, b) : sameLink(a, b);
}

/** Do two pieces of work of one key say the same? Part by part, since it is asked at every event. */
export function isSameWork(a: WorkLink, b: WorkLink): boolean {
  return (
    a.startAt === b.startAt &&
    a.talkEndAt === b.talkEndAt &&
    a.endAt === b.endAt &&
    a.holdMs === b.holdMs &&
    a.acwMs === b.acwMs &&
    a.isCounted === b.isCounted &&
    a.queue === b.queue &&
    a.channel === b.channel &&
    a.consult === b.consult &&
    a.inbound === b.inbound &&
    a.transferred === b.transferred &&
    a.wrapIsOpen === b.wrapIsOpen &&
    a.tellsHold === b.tellsHold &&
    a.tellsAcw === b.tellsAcw
  );
}

function agentLinks(id: string, view: ContactView, context: JudgeContext): readonly AgentLink[] {
  const { handlings } = view;
  const asked = view.movements?.asked ?? [];
  const isMute =
    view.responses.length === 0 && view.firstResponse === undefined && view.feedback === undefined;
  if (handlings.length + asked.length === 0 && isMute) return NO_LINKS as readonly AgentLink[];
  const links: AgentLink[] = [];
  for (const [index, handling] of handlings.entries()) {
    if (handling.agent === '') continue;
    const segment = segmentOfWork(view, handling);
    links.push({
      target: `agent|${handling.agent}`,
      key: `${id}#${index}`,
      about: 'work',
      queue: segment?.queue,
      channel: segment?.channel ?? view.channel,
      consult: handling.segment?.kind === 'consult',
      inbound: view.inbound,
      transferred: handling.transferred,
      wrapIsOpen: handling.wrapStartAt !== undefined && handling.wrapEndAt === undefined,
      tellsHold: handling.reported.hold,
      tellsAcw: handling.reported.acw,
      ...workOf(handling, context),
    });
  }
  for (const [index, consult] of asked.entries()) {
    if (isTold(consult, handlings)) continue;
    const { agent, from: startAt } = consult;
    const endAt = Math.max(
      startAt,
      consult.to ?? startAt + context.versions.at(startAt).time.maxHandlingAgeMs,
    );
    const times = { startAt, talkEndAt: endAt, endAt, holdMs: 0, acwMs: 0, isCounted: true };
    links.push({
      target: `agent|${agent}`,
      key: `${id}?${index}`,
      about: 'work',
      queue: undefined,
      channel: view.channel,
      consult: true,
      inbound: view.inbound,
      transferred: false,
      wrapIsOpen: false,
      tellsHold: false,
      tellsAcw: false,
      ...times,
    });
  }
  for (const agent of repliers(view)) links.push(repliesOf(agent, id, view, context));
  if (view.inbound && view.feedback !== undefined) links.push(...saidOf(id, view.feedback, handlings));
  return links;
}

/** What was said of the contact: of the agent that is named, failing that of the one who had begun to work on it last. */
function saidOf(
  id: string,
  { surveys, evaluations, sentiment }: Feedback,
  handlings: readonly Handling[],
): readonly SaidLink[] {
  const about = ({ agent, at }: Score): string | undefined => agent ?? lastAtWork(handlings, at);
  const scores = sentiment === undefined ? [] : [sentiment];
  const agents = new Set([...surveys, ...evaluations, ...scores].flatMap((score) => about(score) ?? []));
  return Array.from(agents, (agent) => ({
    target: `agent|${agent}`,
    key: `${id}!${agent}`,
    about: 'said',
    surveys: surveys
      .filter((survey) => about(survey) === agent)
      .map(({ at, micros, kind, box, verbatim }) => ({ at, micros, kind, box, verbatim })),
    evaluations: evaluations
      .filter((evaluation) => about(evaluation) === agent)
      .map(({ at, micros }) => ({ at, micros })),
    sentiment:
      sentiment !== undefined && about(sentiment) === agent
        ? { at: sentiment.at, micros: sentiment.micros }
        : undefined,
  }));
}

/** Who had begun to work on the contact last, consultations apart. */
function lastAtWork(handlings: readonly Handling[], at: number): string | undefined {
  let last: Handling | undefined;
  for (const handling of handlings) {
    const { agent, segment, startAt } = handling;
    if (agent === '' || segment?.kind === 'consult' || startAt > at) continue;
    if (last === undefined || startAt >= last.startAt) last = handling;
  }
  return last?.agent;
}

/** Does an answer of the colleague tell of the consultation already? */
function isTold({ agent, from, to }: Asked, handlings: readonly Handling[]): boolean {
  return handlings.some(
    (handling) =>
      handling.agent === agent &&
      handling.segment?.kind === 'consult' &&
      handling.startAt >= from - SKEW_TOLERANCE_MS &&
      (to === undefined || handling.startAt <= to),
  );
}

/** Who answered anything of the contact. */
function repliers({ segments, firstResponse, responses }: ContactView): ReadonlySet<string> {
  const agents = new Set<string>();
  for (const { outcome } of segments)
    if (outcome?.kind === 'answered' && outcome.agent !== undefined) agents.add(outcome.agent);
  for (const { agent } of responses) if (agent !== undefined) agents.add(agent);
  if (firstResponse?.agent !== undefined) agents.add(firstResponse.agent);
  return agents;
}

function repliesOf(agent: string, id: string, view: ContactView, context: JudgeContext): RepliesLink {
  const { segments, firstResponse, responses, inbound } = view;
  const first = firstResponse?.agent === agent ? firstResponse : undefined;
  return {
    target: `agent|${agent}`,
    key: `${id}@${agent}`,
    about: 'replies',
    answers: segments.flatMap((segment) =>
      inbound && segment.outcome?.agent === agent && isCountedAnswer(segment, context)
        ? segment.outcome.at
        : [],
    ),
    first: first?.ms === undefined ? undefined : { at: first.at, ms: first.ms, within: first.within },
    responses: responses.filter((response) => response.agent === agent).map(({ at, ms }) => ({ at, ms })),
  };
}

/** Is it an answer that counts in the service level's population? */
function isCountedAnswer({ outcome, kind, queue, channel }: Segment, { versions }: JudgeContext): boolean {
  if (outcome?.kind !== 'answered') return false;
  return versions.at(outcome.at).settings(queue, channel).serviceLevel.segmentKinds.includes(kind);
}
