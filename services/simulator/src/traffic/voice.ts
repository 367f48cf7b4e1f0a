import { formatInstant } from '@vigie/contracts';

import type { Ticket } from './desk.ts';
import { loseAfter, type Office, resolve, review, survey, wrapUp } from './office.ts';
import { QUEUES } from './plan.ts';
import { customerOf, openCase } from './problems.ts';
import type { Agent } from './staff.ts';
import { about, type Contact, inSegment } from './world.ts';

type VoiceQueue = 'sales' | 'support' | 'billing';

const TALK_MS: Readonly<Record<VoiceQueue, number>> = { sales: 185_000, support: 240_000, billing: 160_000 };
const TALK_SPREAD = 0.55;
const WRAP_MS = 24_000;
const PATIENCE_MS = 150_000;
/** Some hang up as soon as they hear that they have to wait. */
const SHORT_PATIENCE_CHANCE = 0.015;
const HOLD_CHANCE = 0.18;
const CONSULT_CHANCE = 0.25;
const TRANSFER_CHANCE = 0.07;
const SALE_CHANCE = 0.28;
/** Calls for sales go on to support after this wait. */
const OVERFLOW_AFTER_MS = 60_000;
/** After this wait callers of support are asked whether they want to be called back. */
const CALLBACK_AFTER_MS = 40_000;
const CALLBACK_CHANCE = 0.3;
const CALLBACK_SUCCESS = 0.8;
/** A queue with more waiting callers an agent than this takes no more. */
const FULL_PER_AGENT = 3;

/** A call comes in: announcement, queue, and whatever becomes of it. */
export function call(office: Office, queue: VoiceQueue): void {
  const { world } = office;
  const problem = office.problems.next(queue);
  const contact: Contact = { id: world.newContactId(), channel: 'voice', problem, segments: 0 };
  world.emit('vigie.contact.created', contact.id, {
    ...about(contact),
    ...customerOf(problem),
    entry: 'ivr',
  });
  world.after(world.random.between(4000, 25_000), () => enter(office, contact, queue));
}

function enter(office: Office, contact: Contact, queue: VoiceQueue): void {
  const { world, desk, staff } = office;
  const { random } = world;
  if (desk.waitingIn(queue) > FULL_PER_AGENT * staff.team(QUEUES[queue].team).length) {
    world.emit('vigie.contact.rejected', contact.id, {
      ...about(contact),
      queue: { id: queue },
      cause: 'full',
    });
    world.emit('vigie.contact.ended', contact.id, { ...about(contact), by: 'system' });
    return;
  }
  const ticket: Ticket = desk.enter(contact, queue, 'initial', (agent) => talk(office, ticket, agent));
  const patienceMs = random.chance(SHORT_PATIENCE_CHANCE)
    ? random.between(500, 4500)
    : random.exponential(PATIENCE_MS) + 8000;
  loseAfter(office, ticket, patienceMs);
  if (queue === 'sales') {
    world.after(OVERFLOW_AFTER_MS, () => overflow(office, ticket));
  } else if (queue === 'support' && random.chance(CALLBACK_CHANCE)) {
    world.after(CALLBACK_AFTER_MS, () => callBackLater(office, ticket));
  }
}

function overflow(office: Office, ticket: Ticket): void {
  if (ticket.state !== 'waiting') return;
  leave(office, ticket, 'overflow');
  requeue(office, ticket.contact, 'support', 'overflow');
}

function leave({ world, desk }: Office, ticket: Ticket, cause: 'overflow' | 'callback'): void {
  desk.withdraw(ticket);
  world.emit('vigie.contact.flow_out', ticket.contact.id, {
    ...inSegment(ticket),
    cause,
    ...desk.waited(ticket),
  });
}

function requeue(
  office: Office,
  contact: Contact,
  queue: VoiceQueue,
  kind: 'overflow' | 'transfer' | 'callback',
): void {
  const ticket: Ticket = office.desk.enter(contact, queue, kind, (agent) => talk(office, ticket, agent));
  loseAfter(office, ticket, office.world.random.exponential(PATIENCE_MS * 1.5) + 20_000);
}

function callBackLater(office: Office, ticket: Ticket): void {
  if (ticket.state !== 'waiting') return;
  const { world } = office;
  const { random } = world;
  const { contact } = ticket;
  const callback = { ...inSegment(ticket), callbackId: `${contact.id}-b` };
  const delayMs = random.between(4, 18) * 60_000;
  leave(office, ticket, 'callback');
  world.emit('vigie.callback.requested', contact.id, {
    ...callback,
    dueAt: formatInstant(world.nowMs + delayMs),
  });
  world.after(delayMs, () => {
    world.emit('vigie.callback.attempted', contact.id, callback);
    if (random.chance(CALLBACK_SUCCESS)) {
      requeue(office, contact, 'support', 'callback');
    } else {
      world.after(30_000, () => {
        world.emit('vigie.callback.failed', contact.id, callback);
        world.emit('vigie.contact.ended', contact.id, { ...about(contact), by: 'system' });
      });
    }
  });
}

function talk(office: Office, ticket: Ticket, agent: Agent): void {
  const { world } = office;
  const { random } = world;
  const { contact } = ticket;
  const talkMs = Math.round(random.logNormal(TALK_MS[ticket.queue as VoiceQueue], TALK_SPREAD));
  const data = { ...inSegment(ticket), agent: { id: agent.id } };
  world.after(talkMs / 4, () => openCase(world, contact, agent));
  if (!random.chance(HOLD_CHANCE)) {
    world.after(talkMs, () => hangUp(office, ticket, agent, { talkMs, holdMs: 0 }));
    return;
  }
  const holdMs = Math.round(random.between(15_000, 75_000));
  const consults = random.chance(CONSULT_CHANCE);
  world.after(talkMs / 2, () => {
    world.emit('vigie.contact.held', contact.id, data);
    if (consults) world.emit('vigie.contact.consulted', contact.id, { ...data, to: { queue: 'support' } });
    world.after(holdMs, () => {
      if (consults) world.emit('vigie.contact.consult_ended', contact.id, data);
      world.emit('vigie.contact.unheld', contact.id, data);
      world.after(talkMs / 2, () => hangUp(office, ticket, agent, { talkMs, holdMs }));
    });
  });
}

function hangUp(
  office: Office,
  ticket: Ticket,
  agent: Agent,
  measured: { readonly talkMs: number; readonly holdMs: number },
): void {
  const { world } = office;
  const { random } = world;
  const { contact, queue } = ticket;
  const data = { ...inSegment(ticket), agent: { id: agent.id } };
  if (contact.segments === 1 && random.chance(TRANSFER_CHANCE)) {
    const to = queue === 'billing' ? 'support' : 'billing';
    world.emit('vigie.contact.transferred', contact.id, {
      ...data,
      kind: 'queue',
      to: { queue: to },
      measured,
    });
    wrapUp(office, contact, agent, WRAP_MS / 2);
    requeue(office, contact, to, 'transfer');
    return;
  }
  if (queue === 'sales' && random.chance(SALE_CHANCE)) {
    world.emit('vigie.contact.converted', contact.id, { ...data, saleId: `${contact.id}-v` });
  }
  world.emit('vigie.contact.ended', contact.id, {
    ...data,
    by: random.chance(0.7) ? 'customer' : 'agent',
    measured,
  });
  wrapUp(office, contact, agent, WRAP_MS);
  resolve(office, contact, agent, queue === 'sales' ? 0.6 : 0.82);
  survey(office, contact, world.nowMs - ticket.queuedAtMs - measured.talkMs - measured.holdMs);
  review(office, contact);
}
