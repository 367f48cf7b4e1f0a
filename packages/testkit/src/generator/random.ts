/** A small seeded source of chance (mulberry32): the same seed gives the same centre, everywhere and for ever. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [from, to]. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Milliseconds, most short and some long, never above `maxMs`. */
  delay(meanMs: number, maxMs?: number): number;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly [T, ...T[]]): T => items[int(0, items.length - 1)] ?? items[0],
    delay: (meanMs, maxMs = meanMs * 8) => Math.min(maxMs, Math.round(-Math.log(1 - next()) * meanMs)),
  };
}

/** The same events in another order. */
export function shuffle<T>(events: readonly T[], seed: number): T[] {
  const random = seeded(seed);
  const shuffled = [...events];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = random.int(0, i);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

/** The same events, a share of them delivered again at some later place. */
export function duplicateSome<T>(events: readonly T[], seed: number, share = 1 / 3): T[] {
  const random = seeded(seed);
  const out: T[] = [...events];
  events.forEach((event, i) => {
    if (random.chance(share)) out.splice(random.int(i + 1, out.length), 0, event);
  });
  return out;
}
