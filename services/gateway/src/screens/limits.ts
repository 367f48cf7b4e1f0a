/** Every bound of the fleet of wall screens. A wall reports every five seconds. */
export const SCREEN_LIMITS = {
  /** A connected screen that has not reported for so long is frozen: two reports missed, and room for a slow one. */
  frozenAfterMs: 12_000,
  /** Figures older than this on a screen that reports: it lags. */
  laggingAfterMs: 15_000,
  /** A screen without a key of its own is forgotten so long after it left. */
  forgetAfterMs: 24 * 3_600_000,
  /** How often a gateway tells the others of its screens, and when it is forgotten that falls silent. */
  tellMs: 1_000,
  toldForMs: 10_000,
  /** Screens without a key of their own; a further one is refused and counted. */
  named: 1000,
} as const;
