/**
 * The events of a contact centre for benchmarks: voice calls that are queued, offered, answered, now and then held, ended
 * and wrapped up, or abandoned; and chats with a few messages. The same seed gives the same events.
 *
 * @typedef {object} TrafficOptions
 * @property {number} contacts
 * @property {number} queues
 * @property {number} startMs first contact, ms since 1970
 * @property {number} spanMs contacts begin evenly over this time
 * @property {number} [pace] durations are multiplied by it, default 1
 * @property {boolean} [ingested] stamped as ingest does, default true
 *
 * @typedef {{ readonly atMs: number, readonly line: string }} TimedLine
 */

const AGENTS_A_QUEUE = 5;
/** So long an agent is busy with a contact, with some leisure: a queue has enough that hardly any has two at once. */
const BUSY_MS = 240_000;
/** So many of the queues take chats, the others calls. */
const CHAT_SHARE = 0.15;
const ABANDONED_SHARE = 0.08;
const INGEST_DELAY_MS = 40;

/** A number in [0, 1) from a seed that moves on (mulberry32). @param {number} seed */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Contact after contact, the events of each in the order of time. @param {TrafficOptions} options */
export function* contactsOf({ contacts, queues, startMs, spanMs, pace = 1, ingested = true }) {
  const random = randomFrom(1);
  const busy = ((contacts / spanMs) * BUSY_MS * pace) / queues;
  const agents = Math.ceil(Math.max(AGENTS_A_QUEUE, busy));
  for (let index = 0; index < contacts; index++) {
    const beganMs = startMs + Math.floor((index * spanMs) / contacts);
    const queueIndex = Math.floor(random() * queues);
    const isChat = queueIndex < queues * CHAT_SHARE;
    const id = `${isChat ? 'chat' : 'call'}-1732262400.${index}`;
    const contact = { id, segmentId: `${id}/1`, channel: isChat ? 'chat' : 'voice', direction: 'inbound' };
    const queue = { id: `queue-${queueIndex}` };
    const anAgent = () => ({ id: `agent-${queueIndex}-${Math.floor(random() * agents)}` });
    const agent = anAgent();
    /** @type {TimedLine[]} */
    const lines = [];
    let atMs = beganMs;
    const tell = (/** @type {string} */ type, /** @type {number} */ afterMs, /** @type {object} */ data) => {
      atMs += Math.floor(afterMs * pace);
      const event = {
        specversion: '1.0',
        id: `${id}#${lines.length}`,
        source: isChat ? 'chat://site/widget' : 'asterisk://pbx-1/queue_log',
        type: `vigie.${type}`,
        time: new Date(atMs).toISOString(),
        subject: id,
        centre: 'default',
        ...(ingested ? { ingestedtime: new Date(atMs + INGEST_DELAY_MS).toISOString() } : {}),
        data: { contact, queue, ...data },
      };
      lines.push({ atMs, line: JSON.stringify(event) });
    };
    tell('contact.queued', 0, { kind: 'initial', position: 1 });
    if (random() < ABANDONED_SHARE) {
      tell('contact.abandoned', 3000 + random() * 60_000, {});
      yield lines;
      continue;
    }
    if (random() < 0.1) {
      const missed = { agent: anAgent(), offerId: `${id}.0` };
      tell('contact.offered', 500 + random() * 5000, missed);
      tell('contact.offer_ended', 15_000, { ...missed, cause: 'no_answer' });
    }
    tell('contact.offered', 500 + random() * 15_000, { agent, offerId: `${id}.1` });
    tell('contact.answered', 1000 + random() * 9000, { agent, queuedAt: new Date(beganMs).toISOString() });
    if (isChat) {
      const turns = 4 + Math.floor(random() * 8);
      for (let turn = 0; turn < turns; turn++) {
        const from = turn % 2 === 0 ? 'customer' : 'agent';
        tell('message.posted', 5000 + random() * 30_000, { agent, from, messageId: `${id}.m${turn}` });
      }
      tell('contact.ended', 5000, { agent, by: 'customer' });
    } else {
      if (random() < 0.2) {
        tell('contact.held', 20_000 + random() * 60_000, { agent });
        tell('contact.unheld', 10_000 + random() * 60_000, { agent });
      }
      tell('contact.ended', 30_000 + random() * 200_000, { agent, by: 'customer' });
      tell('wrapup.started', 0, { agent });
      tell('wrapup.ended', 5000 + random() * 40_000, { agent });
    }
    yield lines;
  }
}

/** At least `count` events in the order of time, cut to exactly that. @param {Omit<TrafficOptions, 'contacts'>} options @param {number} count */
export function eventsInOrder(options, count) {
  /** @type {TimedLine[]} */
  const lines = [];
  // about seven events a contact: enough contacts that the cut falls into the last of them
  for (const contact of contactsOf({ ...options, contacts: Math.ceil(count / 6) })) lines.push(...contact);
  return lines.sort((a, b) => a.atMs - b.atMs).slice(0, count);
}

/** Lines joined as one record of a group commit. @param {readonly TimedLine[]} lines */
export function recordOf(lines) {
  return Buffer.from(lines.map(({ line }) => line).join('\n'));
}

/** @template T @param {readonly T[]} items @param {number} size */
export function* chunks(items, size) {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
