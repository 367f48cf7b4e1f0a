/** How long a recovery may take, from the end of the fault until every centre is live in every gateway, ms. */
export const ASKED = {
  /** Of an aggregator that was killed while others are alive: its session, and two seconds. */
  killedMs: 8_000,
  handedOverMs: 3_000,
  redisMs: 3_000,
  brokerMs: 6_000,
  gatewayMs: 8_000,
} as const;
