import type { SemanticConfig } from '@vigie/contracts';
import { CODE } from '../codes.ts';
import { lateAfterMs } from '../service-level.ts';
import { openingHours } from '../opening-hours.ts';
import type { JudgeContext } from './context.ts';
import { ANCHOR_SETTINGS, ANCHORS } from './measures.ts';
import { spansOver } from './spans.ts';
import type { Awaiting, ContactView, FirstResponse } from './view.ts';
import type { Gathering } from '../gathering.ts';

/** Response times, and who waits for a response now; of any direction. */
export function conversed(
  view: ContactView,
  context: JudgeContext,
  placeOf: (queue: string | undefined) => number,
  out: Gathering,
): void {
  const { firstResponse, responses, awaiting, unanswered, unansweredTurns } = view;
  if (firstResponse !== undefined) responded(firstResponse, placeOf(firstResponse.queue), out);
  for (const { at, ms, queue } of responses) out.add(placeOf(queue), at, CODE.response, ms);
  for (let i = 0; i < awaiting.length; i++) {
    const change = awaiting[i]!;
    const until = awaiting[i + 1]?.at ?? forgottenAt(change, context);
    if (until > change.at) awaits(view, change, until, context, placeOf(change.queue), out);
  }
  if (unanswered !== undefined)
    out.add(placeOf(unanswered.queue), unanswered.at, CODE.unansweredConversation);
  for (const { at, queue } of unansweredTurns) out.add(placeOf(queue), at, CODE.unansweredTurn);
}

/** One contribution for all anchors that give the configured time, one for each that gives another. */
function responded({ at, ms, within, fromAnchors }: FirstResponse, group: number, out: Gathering): void {
  let same = 0;
  for (let i = 0; i < fromAnchors.length; i++) {
    const own = fromAnchors[i];
    if (own === undefined) continue;
    if (own === ms) same |= 1 << i;
    else out.add(group, at, CODE.firstResponseFrom(ANCHORS[i]!), own);
  }
  if (ms !== undefined) out.add(group, at, CODE.firstResponse(within, same), ms);
}

function awaits(
  view: ContactView,
  change: Awaiting,
  until: number,
  context: JudgeContext,
  group: number,
  out: Gathering,
): void {
  const { at, queue, first, turnAt } = change;
  if (first) {
    out.add(group, at, CODE.awaitingFirstBegins);
    out.add(group, until, CODE.awaitingFirstEnds);
    const late = { group, begins: CODE.firstResponseOverBegins, ends: CODE.firstResponseOverEnds };
    spansOver(context.versions, at, until, (config) => firstResponseOverAt(view, config, queue), late, out);
  }
  if (turnAt !== undefined) {
    out.add(group, at, CODE.awaitingReplyBegins, turnAt);
    out.add(group, until, CODE.awaitingReplyEnds, turnAt);
  }
}

/** From when a first response in that queue would come too late; `undefined`: its anchor is not there yet. */
export function firstResponseOverAt(
  view: ContactView,
  config: SemanticConfig,
  queue: string | undefined,
): number | undefined {
  return waitedFor(view, config, queue, lateAfterMs(config.settings(queue, view.channel)));
}

/** When the customer will have waited that long for a first response, by the clock that counts in that queue. */
export function waitedFor(
  { anchors, channel }: ContactView,
  config: SemanticConfig,
  queue: string | undefined,
  lateMs: number,
): number | undefined {
  const { anchor, clock } = config.settings(queue, channel).firstResponse;
  const isCall = channel === 'voice' || channel === 'video';
  const start = anchors[isCall ? 0 : ANCHOR_SETTINGS.indexOf(anchor)];
  if (start === undefined) return undefined;
  return clock === 'elapsed' ? start + lateMs : openingHours(config, queue, channel).after(start, lateMs);
}

/** A conversation nobody closes is given up after the greatest age of asynchronous work. */
function forgottenAt({ at }: Awaiting, { versions }: JudgeContext): number {
  return at + versions.at(at).time.maxAsyncAgeMs;
}
