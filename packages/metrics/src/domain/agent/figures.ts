import type { AgentLink } from '../contact/agent-links.ts';
import { CODE } from '../codes.ts';

/** Calls `visit` with what a link adds to the figures that are an agent's own: instants, codes and values. */
export function figuresOf(link: AgentLink, visit: (at: number, code: number, value: number) => void): void {
  if (link.about === 'replies') {
    for (const at of link.answers) visit(at, CODE.answered(false, undefined), 0);
    if (link.first !== undefined)
      visit(link.first.at, CODE.firstResponse(link.first.within, 0), link.first.ms);
    for (const { at, ms } of link.responses) visit(at, CODE.response, ms);
    return;
  }
  if (link.about === 'said') {
    for (const { at, micros, kind, box, verbatim } of link.surveys)
      visit(at, CODE.survey(kind, box, verbatim), micros);
    for (const { at, micros } of link.evaluations) visit(at, CODE.evaluation, micros);
    if (link.sentiment !== undefined) visit(link.sentiment.at, CODE.sentiment, link.sentiment.micros);
    return;
  }
  if (link.consult || !link.inbound || !link.isCounted) return;
  const { startAt, talkEndAt, endAt, holdMs, acwMs } = link;
  const talkMs = talkEndAt - startAt - holdMs;
  visit(endAt, CODE.handled(link.tellsHold, link.tellsAcw, link.transferred), talkMs);
  if (holdMs > 0) visit(endAt, CODE.hold, holdMs);
  if (acwMs > 0) visit(endAt, CODE.acw, acwMs);
}
