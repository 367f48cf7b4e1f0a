/**
 * How far a figure may still be believed, by its end-to-end age: as it is; with its age; dimmed, as of an instant; not
 * at all.
 */
export type Rung = 'fresh' | 'delayed' | 'dimmed' | 'gone';

/** Ages in milliseconds at which the next rung begins. */
export const LADDER_MS = { delayed: 5_000, dimmed: 30_000, gone: 120_000 } as const;

/**
 * The rung of a figure of that age. `lost` is said while the feed is known to be down: then nothing is fresh, however
 * young. Figures that never were (age `null`) are gone.
 */
export function rungOf(ageMs: number | null, lost = false): Rung {
  if (ageMs === null || ageMs >= LADDER_MS.gone) return 'gone';
  if (ageMs >= LADDER_MS.dimmed) return 'dimmed';
  return ageMs > LADDER_MS.delayed || lost ? 'delayed' : 'fresh';
}

/** Whether a figure on this rung still carries its colour: a figure nobody vouches for is never green. */
export function keepsStatus(rung: Rung): boolean {
  return rung === 'fresh';
}
