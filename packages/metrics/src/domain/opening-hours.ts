import type { Channel, SemanticConfig } from '@vigie/contracts';
import { ALWAYS_OPEN, calendarOf, type Calendar } from '../windowing/calendar.ts';

/** Calendars made so far: reading a zone's clock is dear, and every contact asks. */
const made = new WeakMap<SemanticConfig, Map<string, Calendar>>();

/** The opening hours of a queue on a channel, as that configuration has them; `undefined` as queue: of the channel. */
export function openingHours(config: SemanticConfig, queue: string | undefined, channel: Channel): Calendar {
  return hoursNamed(config, config.settings(queue, channel).calendar);
}

/** A calendar of that configuration by its name; one that does not exist is always open. */
export function hoursNamed(config: SemanticConfig, name: string): Calendar {
  const settings = config.calendars.get(name);
  if (settings === undefined) return ALWAYS_OPEN;
  let calendars = made.get(config);
  if (calendars === undefined) made.set(config, (calendars = new Map()));
  let calendar = calendars.get(name);
  if (calendar === undefined) calendars.set(name, (calendar = calendarOf(config.timeZone, settings)));
  return calendar;
}
