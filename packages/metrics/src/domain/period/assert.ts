import type { EventOf, ParsedEvent } from '@vigie/contracts';
import { eventFact } from '../event-fact.ts';
import type { Fact } from '../fact.ts';

/** The entity of an imported figure: one a name and local date, so that an old one can be forgotten as a whole. */
export function periodOf(event: EventOf<'vigie.business.figure'>): string {
  return `period|${event.data.name}|${event.data.date}`;
}

/**
 * What `business.figure` asserts: the value of a name and date for its dimensions (its word). Told at another time it is
 * another fact, whoever tells it, since a later one replaces an earlier one.
 */
export function figureFact(parsed: ParsedEvent): Fact {
  const event = parsed.event as EventOf<'vigie.business.figure'>;
  const { value, dimensions = {} } = event.data;
  const parts = Object.entries(dimensions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, word]) => `${name}=${word}`);
  const word = parts.join('|');
  return eventFact(parsed, 'figure', `figure|${word}|${parsed.timeMs}`, {
    word,
    queue: dimensions['queue'],
    channel: dimensions['channel'],
    amount: value,
  });
}
