/** Every bound of access control; what happens beyond it is said beside it. */
export const ACCESS_LIMITS = {
  /** A ticket not used by then is void. */
  ticketLifeMs: 30_000,
  /** Tickets out at once; asking for a further one is answered 503 and counted. */
  tickets: 20_000,
  /** Tickets that one key may ask for at once, and regains each second, so that it cannot take those of all others; beyond, 429 and counted. */
  ticketsPerKey: 5_000,
  ticketsPerKeyRegainedPerSecond: 50,
  /** Failed attempts that an address may make at once, and regains each second; beyond, 429 instead of 401, and no line in the log. */
  failuresPerAddress: 20,
  failuresRegainedPerSecond: 0.5,
  /** Addresses whose failures are remembered; the one that failed longest ago is forgotten first, and counted. */
  addresses: 10_000,
  /** A longer `Authorization` header is refused unread. */
  headerCharacters: 512,
  /** How often the file is looked at for keys that came or went. */
  reloadEveryMs: 2_000,
  /** Letters of a queue, centre or figure that an audit line tells. */
  auditCharacters: 200,
} as const;
