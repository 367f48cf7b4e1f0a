import { CODE } from '../codes.ts';
import { hitsWord, type Words } from '../words.ts';
import type { Callback } from './callbacks.ts';
import type { JudgeContext } from './context.ts';
import type { Feedback } from './feedback.ts';
import type { Movements } from './movements.ts';
import type { ContactView, Happening } from './view.ts';
import type { Gathering } from '../gathering.ts';

/** Gives a queue of the contact (`undefined`: none) its group. */
type PlaceOf = (queue: string | undefined) => number;

/** What happens on an inbound contact beside its stays and the work on it. */
export function besideStays(
  view: ContactView,
  context: JudgeContext,
  placeOf: PlaceOf,
  out: Gathering,
): void {
  const { movements, callbacks, feedback } = view;
  if (movements !== undefined) moved(movements, placeOf, out);
  for (const callback of callbacks) calledBack(callback, context, placeOf(callback.queue), out);
  if (feedback !== undefined) said(feedback, view.ended?.at, context.words, placeOf, out);
}

function counted(happenings: readonly Happening[], code: number, placeOf: PlaceOf, out: Gathering): void {
  for (const { at, queue } of happenings) out.add(placeOf(queue), at, code);
}

function moved(movements: Movements, placeOf: PlaceOf, out: Gathering): void {
  counted(movements.noAnswers, CODE.agentNoAnswer, placeOf, out);
  counted(movements.consults, CODE.consult, placeOf, out);
  counted(movements.holdDisconnects, CODE.holdDisconnect, placeOf, out);
  for (const { at, queue, kind, to } of movements.transfers) {
    out.add(placeOf(queue), at, CODE.transferOut(kind));
    if (to !== undefined) out.add(placeOf(to.queue), at, CODE.transferIn(kind));
  }
}

/** Pending from the request to whatever ends it; one that nothing ends is given up like a conversation. */
function calledBack(callback: Callback, context: JudgeContext, group: number, out: Gathering): void {
  const { at, dueAt, done } = callback;
  out.add(group, at, CODE.callbackRequested);
  const until = done?.at ?? dueAt + context.versions.at(at).time.maxAsyncAgeMs;
  if (dueAt > at && until > at) {
    out.add(group, at, CODE.callbackScheduledBegins);
    out.add(group, Math.min(dueAt, until), CODE.callbackScheduledEnds);
  }
  if (until > dueAt) {
    out.add(group, dueAt, CODE.callbackDueBegins);
    out.add(group, until, CODE.callbackDueEnds);
  }
}

function said(
  feedback: Feedback,
  endedAt: number | undefined,
  words: Words,
  placeOf: PlaceOf,
  out: Gathering,
): void {
  for (const { at, queue, micros, kind, box, verbatim } of feedback.surveys) {
    out.add(placeOf(queue), at, CODE.survey(kind, box, verbatim), micros);
  }
  for (const { at, queue, micros } of feedback.evaluations) {
    out.add(placeOf(queue), at, CODE.evaluation, micros);
  }
  const { sentiment, transcribed, keywords } = feedback;
  if (sentiment !== undefined)
    out.add(placeOf(sentiment.queue), sentiment.at, CODE.sentiment, sentiment.micros);
  if (transcribed !== undefined)
    out.add(placeOf(transcribed.queue), endedAt ?? transcribed.at, CODE.transcribed);
  // Counted at the end of the contact; while it lasts, at the hit.
  const [first] = keywords.values();
  if (first !== undefined) out.add(placeOf(first.queue), endedAt ?? first.at, CODE.keywordContact);
  for (const [keyword, { at: hitAt, queue, hits }] of keywords) {
    const at = endedAt ?? hitAt;
    const group = placeOf(queue);
    out.add(group, at, CODE.keyword, words.idOf(keyword));
    out.add(group, at, CODE.keywordHits, hits);
    for (let part = 1; part <= hits; part *= 2)
      if (Math.floor(hits / part) % 2 === 1)
        out.add(group, at, CODE.keywordHitsOf, words.idOf(hitsWord(part, keyword)));
  }
}
