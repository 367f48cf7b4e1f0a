import type { Desk, Ticket } from './desk.ts';
import type { Agent, Staff } from './staff.ts';
import { about, type Contact, inSegment, type World } from './world.ts';

/** Everybody a contact meets. */
export interface Office {
  readonly world: World;
  readonly desk: Desk;
  readonly staff: Staff;
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

/** What some customers say afterwards, from 1 to 5: the happier the shorter they waited. */
export function survey({ world }: Office, contact: Contact, waitedMs: number): void {
  const { random } = world;
  if (!random.chance(0.15)) return;
  const gloom = Math.min(2, waitedMs / 90_000);
  const score = Math.max(1, Math.min(5, Math.round(random.between(3.4, 5.4) - gloom)));
  world.after(random.between(20_000, 240_000), () => {
    world.emit('vigie.survey.response', contact.id, {
      ...about(contact),
      responseId: `${contact.id}-r`,
      kind: 'csat',
      score,
      min: 1,
      max: 5,
    });
  });
}

/** Most problems are solved by the end of the contact. */
export function resolve({ world }: Office, contact: Contact, probability: number): void {
  if (!world.random.chance(probability)) return;
  world.after(1000, () =>
    world.emit('vigie.contact.resolved', contact.id, { ...about(contact), by: 'agent' }),
  );
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
