import type { Desk, Ticket } from './desk.ts';
import { giveUpCase, type Problems, resolveCase } from './problems.ts';
import type { Agent, Staff } from './staff.ts';
import { about, type Contact, inSegment, type World } from './world.ts';

/** Everybody a contact meets. */
export interface Office {
  readonly world: World;
  readonly desk: Desk;
  readonly staff: Staff;
  readonly problems: Problems;
}

/** After-contact work; then the agent is free for another. */
export function wrapUp({ world, staff }: Office, contact: Contact, agent: Agent, medianMs: number): void {
  const data = { ...about(contact), agent: { id: agent.id } };
  const wrapMs = Math.round(world.random.logNormal(medianMs, 0.5));
  world.emit('vigie.wrapup.started', contact.id, data);
  world.after(wrapMs, () => {
    world.emit('vigie.wrapup.ended', contact.id, { ...data, measured: { wrapMs } });
    staff.release(agent);
  });
}

/** Surveys by how often they are sent: the first whose share a draw falls below. Effort is asked the other way round. */
const SURVEYS = [
  { below: 0.55, kind: 'csat', min: 1, max: 5 },
  { below: 0.75, kind: 'nps', min: 0, max: 10 },
  { below: 0.88, kind: 'ces', min: 1, max: 7, polarity: 'effort' },
  { below: 0.95, kind: 'stars', min: 1, max: 5 },
  { below: 1, kind: 'thumbs', min: 0, max: 1 },
] as const;

/** What some customers say afterwards: the happier the shorter they waited. */
export function survey({ world }: Office, contact: Contact, waitedMs: number): void {
  const { random } = world;
  if (!random.chance(0.15)) return;
  const mood = Math.max(0, Math.min(1, random.between(0.6, 1.1) - Math.min(0.5, waitedMs / 360_000)));
  const share = random.between(0, 1);
  const { below: _below, ...asked } = SURVEYS.find(({ below }) => share < below) ?? SURVEYS[0];
  const happy = 'polarity' in asked ? 1 - mood : mood;
  const verbatim = random.chance(0.3);
  world.after(random.between(20_000, 240_000), () => {
    world.emit('vigie.survey.response', contact.id, {
      ...about(contact),
      responseId: `${contact.id}-r`,
      ...asked,
      score: Math.round(asked.min + happy * (asked.max - asked.min)),
      ...(verbatim ? { verbatim } : {}),
    });
  });
}

const KEYWORDS = ['refund', 'cancel', 'delivery', 'complaint'] as const;

/** What speech analytics and evaluators make of some calls. */
export function review({ world }: Office, contact: Contact): void {
  const { random } = world;
  if (random.chance(0.3)) {
    const score = Math.round(random.between(-20, 40)) / 10;
    const heard = KEYWORDS.filter(() => random.chance(0.15));
    const keywords = heard.map((id) => ({ id, hits: 1 + Math.floor(random.between(0, 4)) }));
    world.after(random.between(5000, 40_000), () => {
      world.emit('vigie.contact.analysed', contact.id, {
        ...about(contact),
        transcribed: true,
        sentiment: { score, min: -5, max: 5 },
        keywords,
      });
    });
  }
  if (random.chance(0.04)) {
    const score = Math.round(random.between(11, 20));
    world.after(random.between(60_000, 900_000), () => {
      world.emit('vigie.qa.evaluated', contact.id, { ...about(contact), formId: 'call-1', score, max: 20 });
    });
  }
}

/** Most problems are solved by the end of the contact: with the case, where there is one. */
export function resolve({ world }: Office, contact: Contact, agent: Agent, probability: number): void {
  if (!world.random.chance(probability)) return giveUpCase(world, contact);
  world.after(1000, () => {
    if (contact.channel === 'chat')
      world.emit('vigie.contact.resolved', contact.id, { ...about(contact), by: 'agent' });
    else resolveCase(world, contact, agent);
  });
}

/** The contact hangs up after this long, unless it was answered before or has left the queue otherwise. */
export function loseAfter({ world, desk }: Office, ticket: Ticket, patienceMs: number): void {
  world.after(patienceMs, () => {
    if (ticket.state === 'over') return;
    desk.withdraw(ticket);
    const { contact } = ticket;
    world.emit('vigie.contact.abandoned', contact.id, { ...inSegment(ticket), ...desk.waited(ticket) });
    world.emit('vigie.contact.ended', contact.id, { ...about(contact), by: 'customer' });
  });
}
