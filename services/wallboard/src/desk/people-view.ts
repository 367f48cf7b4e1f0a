import type { LiveAgent, LiveContact } from '@vigie/client';

import { formatDuration } from '../format.ts';
import type { Behind } from './answers.ts';
import type { Moment } from './moment.ts';
import { reasonText } from './reasons.ts';

/** Somebody or something with a state and the time in it. */
export interface StandingView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly stateWord: string;
  readonly detail: string;
  readonly since: string;
  readonly lasts: string;
  readonly isLate: boolean;
}

const secondsSince = (since: string, atMs: number): number => (atMs - Date.parse(since)) / 1000;

/** Who waits in a queue, the oldest first. `threshold` of the channel in seconds, where it is known. */
export function waitingView(
  contacts: readonly LiveContact[],
  { queue, channel }: { readonly queue: string; readonly channel: string },
  thresholdOf: (queue: string, channel: string) => number | null,
  { context, desk }: Moment,
): readonly StandingView[] {
  return contacts
    .filter(
      (contact) =>
        contact.state !== 'talking' &&
        (queue === '_all' || contact.queue === queue) &&
        (channel === '_all' || contact.channel === channel),
    )
    .sort((one, other) => Date.parse(one.since) - Date.parse(other.since))
    .map((contact) => {
      const waited = secondsSince(contact.since, context.atMs);
      const threshold = thresholdOf(contact.queue, contact.channel);
      const over = threshold === null ? null : waited - threshold;
      return {
        id: `${contact.contact} ${contact.segment ?? ''}`,
        name: contact.contact,
        state: contact.state,
        stateWord: desk.contactStates[contact.state] ?? contact.state,
        detail: over !== null && over > 0 ? desk.overBy(formatDuration(over)) : '',
        since: context.formats.time(Date.parse(contact.since)),
        lasts: formatDuration(waited),
        isLate: contact.overThreshold || (over !== null && over > 0),
      };
    });
}

/** The order of states: those who can act first, those who are away last. */
const STATES = ['available', 'acw', 'on_contact', 'paused', 'unknown', 'logged_out'];

/** The agents of a queue, by state and the time in it. */
export function agentsView(
  agents: readonly LiveAgent[],
  queue: string,
  { context, desk }: Moment,
): readonly (StandingView & { readonly handled: string; readonly aht: string })[] {
  return agents
    .filter((agent) => queue === '_all' || agent.queues.includes(queue))
    .filter(({ state }) => state !== 'logged_out')
    .sort(
      (one, other) =>
        STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
        Date.parse(one.since) - Date.parse(other.since),
    )
    .map((agent) => {
      const handled = agent.kpis['handled']?.value ?? null;
      const aht = agent.kpis['aht']?.value ?? null;
      return {
        id: agent.agent,
        name: agent.name,
        state: agent.state,
        stateWord: desk.agentStates[agent.state] ?? agent.state,
        detail: agent.reason ?? '',
        since: context.formats.time(Date.parse(agent.since)),
        lasts: formatDuration(secondsSince(agent.since, context.atMs)),
        isLate: false,
        handled: handled === null ? '' : context.formats.count(handled),
        aht: aht === null ? '' : formatDuration(aht),
      };
    });
}

export interface OutcomeView {
  readonly id: string;
  readonly time: string;
  readonly wait: string;
  readonly effect: string;
  readonly outcome: string;
}

/** So many are looked at. */
const OUTCOMES = 25;

/** The latest ends of stays in a queue, newest first. */
export function outcomesView(behind: readonly Behind[], { context }: Moment): readonly OutcomeView[] {
  return behind
    .filter(({ waitSeconds }) => waitSeconds !== null)
    .slice(-OUTCOMES)
    .reverse()
    .map(({ id, atMs, waitSeconds, effect, reason }) => ({
      id,
      time: context.formats.time(atMs),
      wait: formatDuration(waitSeconds ?? 0),
      effect,
      outcome: reasonText(reason, context.language),
    }));
}
