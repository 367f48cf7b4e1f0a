/** Every bound of a WebSocket client, beside those of the configuration (`wsClients`, `subscriptionsPerClient`). */
export const LIVE_LIMITS = {
  /** Largest message of a client; beyond it the connection is closed with 1009. */
  payloadBytes: 64 * 1024,
  /** A client with more than this to read is skipped until it has drained. */
  bufferedBytes: 64 * 1024,
  /** A client that is skipped for this long is closed with 1013. */
  stuckMs: 60_000,
  /** Messages at once, and those regained each second: 60 a minute. Beyond them: an error each. */
  messageBurst: 20,
  messagesPerSecond: 1,
  /** So many beyond the limit are a flood: closed with 1008. */
  floodMessages: 40,
  /** At least every 2 s by contract. */
  heartbeatMs: 1500,
  pingMs: 30_000,
  /** Pings without an answer, then the connection is gone. */
  missedPings: 2,
  /** How often silence of the feed and stuck clients are looked for. */
  tickMs: 250,
  /** Different contents that clients follow; a further one is refused. */
  channels: 10_000,
  /** Clients written to in one turn of the event loop. */
  clientsPerTurn: 1000,
  /** Of all clients that a gateway takes, so large a part may be of one key; a further one is told to try later. */
  shareOfKey: 0.5,
  /** Clients beyond the limit that are being told so; still further ones are dropped. */
  turnedAway: 100,
  /** Handshakes whose ticket is being looked for; further ones are told to try later. */
  handshakes: 1000,
  /** A closed connection whose client does not answer is cut after this. */
  closeMs: 5000,
} as const;
