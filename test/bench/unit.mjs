/** P: the time of one `JSON.parse` of a contact event of 315 bytes in this process. What other costs are divided by. */

const UNIT_BYTES = 315;
const REPEATS = 20_000;

const withName = (/** @type {string} */ name) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'call-1732262400.1#2',
    source: 'asterisk://pbx-1',
    type: 'vigie.contact.answered',
    time: '2026-11-21T10:15:00.000Z',
    data: {
      contact: { id: 'call-1732262400.1', channel: 'voice' },
      queue: { id: 'queue-1' },
      agent: { id: 'agent-17', name },
      queuedAt: '2026-11-21T10:14:48.000Z',
    },
  });
/** The agent's name is as long as the size of the unit takes. */
const TEXT = withName('n'.repeat(Math.max(0, UNIT_BYTES - withName('').length)));

/** Microseconds of wall clock a parse, over enough of them that the clock's grain does not matter. */
export function measureUnitUs() {
  if (TEXT.length !== UNIT_BYTES)
    throw new Error(`the unit has ${TEXT.length} bytes: expected ${UNIT_BYTES}`);
  for (let i = 0; i < REPEATS; i++) JSON.parse(TEXT);
  const began = performance.now();
  for (let i = 0; i < REPEATS; i++) JSON.parse(TEXT);
  return ((performance.now() - began) * 1000) / REPEATS;
}
