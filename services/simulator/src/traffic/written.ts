import type { Ticket } from './desk.ts';
import { loseAfter, type Office, resolve, survey, wrapUp } from './office.ts';
import { customerOf, openCase } from './problems.ts';
import type { Agent } from './staff.ts';
import { about, type Contact, inSegment } from './world.ts';

const BOT_SOLVES_CHANCE = 0.35;
const CHAT_PATIENCE_MS = 240_000;
const CHAT_WRAP_MS = 12_000;
const MAIL_WORK_MS = 210_000;
const MAIL_WRAP_MS = 15_000;

type Sender = 'customer' | 'bot' | 'agent';

function post({ world }: Office, contact: Contact, from: Sender, agent?: Agent): void {
  world.emit('vigie.message.posted', contact.id, {
    ...about(contact),
    from,
    visibility: 'public',
    ...(agent === undefined ? {} : { agent: { id: agent.id } }),
  });
}

/** A chat: the bot answers first, and hands over what it can't solve. */
export function chat(office: Office): void {
  const { world } = office;
  const problem = office.problems.next('chat');
  const contact: Contact = { id: world.newContactId(), channel: 'chat', problem, segments: 0 };
  world.emit('vigie.contact.created', contact.id, {
    ...about(contact),
    ...customerOf(problem),
    entry: 'widget',
    bot: true,
  });
  post(office, contact, 'customer');
  botTurns(office, contact, Math.round(world.random.between(1, 4)));
}

function botTurns(office: Office, contact: Contact, turns: number): void {
  const { world } = office;
  const { random } = world;
  world.after(random.between(800, 2500), () => {
    post(office, contact, 'bot');
    if (turns > 1) {
      world.after(random.between(6000, 30_000), () => {
        post(office, contact, 'customer');
        botTurns(office, contact, turns - 1);
      });
    } else if (random.chance(BOT_SOLVES_CHANCE)) {
      world.emit('vigie.contact.self_care', contact.id, { ...about(contact), to: 'bot' });
      world.emit('vigie.contact.ended', contact.id, { ...about(contact), by: 'bot' });
    } else {
      world.emit('vigie.contact.handoff', contact.id, {
        ...about(contact),
        from: 'bot',
        to: { queue: 'chat' },
      });
      const ticket: Ticket = office.desk.enter(contact, 'chat', 'initial', (agent) => {
        const turnsLeft = Math.round(random.between(2, 6));
        agentTurns(office, ticket, agent, { turnsLeft, sinceMs: world.nowMs });
      });
      loseAfter(office, ticket, random.exponential(CHAT_PATIENCE_MS) + 15_000);
    }
  });
}

function agentTurns(
  office: Office,
  ticket: Ticket,
  agent: Agent,
  { turnsLeft, sinceMs }: { readonly turnsLeft: number; readonly sinceMs: number },
): void {
  const { world } = office;
  const { random } = world;
  const { contact } = ticket;
  world.after(random.logNormal(18_000, 0.5), () => {
    post(office, contact, 'agent', agent);
    world.after(random.logNormal(20_000, 0.6), () => {
      if (turnsLeft > 1) {
        post(office, contact, 'customer');
        agentTurns(office, ticket, agent, { turnsLeft: turnsLeft - 1, sinceMs });
        return;
      }
      world.emit('vigie.contact.ended', contact.id, {
        ...inSegment(ticket),
        agent: { id: agent.id },
        by: random.chance(0.6) ? 'customer' : 'agent',
        measured: { talkMs: world.nowMs - sinceMs },
      });
      wrapUp(office, contact, agent, CHAT_WRAP_MS);
      resolve(office, contact, agent, 0.75);
      survey(office, contact, sinceMs - ticket.queuedAtMs);
    });
  });
}

/** An e-mail: it waits for as long as it takes. */
export function email(office: Office): void {
  const { world } = office;
  const problem = office.problems.next('email');
  const contact: Contact = { id: world.newContactId(), channel: 'email', problem, segments: 0 };
  world.emit('vigie.contact.created', contact.id, {
    ...about(contact),
    ...customerOf(problem),
    entry: 'mailbox',
  });
  post(office, contact, 'customer');
  const ticket: Ticket = office.desk.enter(contact, 'email', 'initial', (agent) => {
    const workMs = Math.round(world.random.logNormal(MAIL_WORK_MS, 0.5));
    openCase(world, contact, agent);
    world.after(workMs, () => {
      post(office, contact, 'agent', agent);
      world.emit('vigie.contact.ended', contact.id, {
        ...inSegment(ticket),
        agent: { id: agent.id },
        by: 'agent',
        measured: { talkMs: workMs },
      });
      wrapUp(office, contact, agent, MAIL_WRAP_MS);
      resolve(office, contact, agent, 0.85);
    });
  });
}
