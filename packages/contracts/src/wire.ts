import { LIVE_PROTOCOL_VERSION } from './live/protocol.ts';
import { QUESTIONS_VERSION } from './questions.ts';

/**
 * Versions of what crosses a boundary. A test pins the hash of the schemas to each: whoever changes a field raises the
 * number and adds a line of history.
 *
 * - events 1: the first.
 * - live 1: the first.
 * - live 2: `report`, what wall screens say of themselves.
 * - questions 1: the first.
 * - questions 2: series, sources, what_if; `scope`, what whoever asks may see; alarms, acknowledge, would_fire.
 * - configuration 1: the first.
 * - configuration 2: `access.screens`, `access.keys.*.expires`; hashes and origins have a notation; `alarms`.
 * - configuration 3: `wall`.
 * - configuration 4: of a wall its time zone, number format, edges, quiet hours and speech.
 * - configuration 5: of a wall its dark hours.
 */
export const WIRE_VERSIONS = {
  events: 1,
  live: LIVE_PROTOCOL_VERSION,
  questions: QUESTIONS_VERSION,
  configuration: 5,
} as const;
