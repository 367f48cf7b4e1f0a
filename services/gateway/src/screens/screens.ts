import { formatInstant, type ReportMessage } from '@vigie/contracts';
import { SCREEN_LIMITS } from './limits.ts';

/**
 * `live`: connected, reports, and shows what is true. `lagging`: it reports that its figures are old. `frozen`: connected,
 * but its page says nothing any more. `absent`: not connected.
 */
export const SCREEN_STATES = ['live', 'lagging', 'frozen', 'absent'] as const;
export type ScreenState = (typeof SCREEN_STATES)[number];

/** A wall screen, as this gateway knows it. */
export interface ScreenEntry {
  readonly screen: string;
  readonly state: ScreenState;
  /** Since when it is connected, silent, or gone; `null`: it never was here. */
  readonly since: string | null;
  /** Has it a key of its own? */
  readonly keyed: boolean;
  readonly connections: number;
  readonly reportedAt: string | null;
  /** Build of its page. */
  readonly version: string | null;
  /** What it shows. */
  readonly page: string | null;
  /** Age of its figures, seconds. */
  readonly lag: number | null;
}

interface Held {
  keyed: boolean;
  connections: number;
  joinedMs: number | undefined;
  leftMs: number | undefined;
  reportedMs: number | undefined;
  report: ReportMessage | undefined;
}

/** The wall screens that are connected, were, or have a key. Pure but for what it remembers: time is told. */
export class Screens {
  readonly #screens = new Map<string, Held>();
  readonly #keyed: () => readonly string[];
  /** Screens that were not taken in for want of room. */
  refused = 0;

  /** `keyed` names the screens that have a key. */
  constructor(keyed: () => readonly string[]) {
    this.#keyed = keyed;
  }

  /** A connection of a screen; answers `false` when there is no room for another. */
  join(screen: string, keyed: boolean, nowMs: number): boolean {
    const held = this.#screens.get(screen) ?? this.#made(keyed, nowMs);
    if (held === undefined) return false;
    this.#screens.set(screen, held);
    if (held.connections === 0) held.joinedMs = nowMs;
    held.keyed ||= keyed;
    held.connections += 1;
    return true;
  }

  leave(screen: string, nowMs: number): void {
    const held = this.#screens.get(screen);
    if (held === undefined) return;
    held.connections -= 1;
    if (held.connections === 0) held.leftMs = nowMs;
  }

  /** A word of a screen that has joined. */
  report(screen: string, report: ReportMessage, nowMs: number): void {
    const held = this.#screens.get(screen);
    if (held === undefined) return;
    held.report = report;
    held.reportedMs = nowMs;
  }

  /** All of them, by name. */
  list(nowMs: number): readonly ScreenEntry[] {
    this.#forget(nowMs);
    const keyed = new Set(this.#keyed());
    const names = new Set([...keyed, ...this.#screens.keys()]);
    return [...names].sort().map((screen) => {
      const held = this.#screens.get(screen);
      return held === undefined ? neverSeen(screen) : entryOf(screen, held, nowMs, keyed.has(screen));
    });
  }

  #made(keyed: boolean, nowMs: number): Held | undefined {
    this.#forget(nowMs);
    const named = [...this.#screens.values()].filter((held) => !held.keyed).length;
    if (!keyed && named >= SCREEN_LIMITS.named) {
      this.refused += 1;
      return undefined;
    }
    return {
      ...{ keyed, connections: 0, joinedMs: undefined, leftMs: undefined },
      ...{ reportedMs: undefined, report: undefined },
    };
  }

  /** Whoever left long ago, or has no key any more; one with a key is told of as long as it has that. */
  #forget(nowMs: number): void {
    const keyed = new Set(this.#keyed());
    for (const [screen, { connections, leftMs = nowMs, keyed: had }] of this.#screens) {
      if (connections > 0 || keyed.has(screen)) continue;
      if (had || nowMs - leftMs > SCREEN_LIMITS.forgetAfterMs) this.#screens.delete(screen);
    }
  }
}

function neverSeen(screen: string): ScreenEntry {
  return {
    ...{ screen, state: 'absent', since: null, keyed: true, connections: 0 },
    ...{ reportedAt: null, version: null, page: null, lag: null },
  };
}

function entryOf(screen: string, held: Held, nowMs: number, keyed: boolean): ScreenEntry {
  const { connections, report, reportedMs, joinedMs = nowMs, leftMs = nowMs } = held;
  const heardMs = Math.max(joinedMs, reportedMs ?? joinedMs);
  const state = stateOf(held, nowMs - heardMs);
  const sinceMs = state === 'absent' ? leftMs : state === 'frozen' ? heardMs : joinedMs;
  const lagMs = report?.lagMs ?? null;
  return {
    ...{ screen, state, since: formatInstant(sinceMs), keyed, connections },
    reportedAt: reportedMs === undefined ? null : formatInstant(reportedMs),
    version: report?.version ?? null,
    page: report?.page ?? null,
    lag: lagMs === null ? null : lagMs / 1000,
  };
}

function stateOf({ connections, report }: Held, silentMs: number): ScreenState {
  if (connections === 0) return 'absent';
  if (silentMs > SCREEN_LIMITS.frozenAfterMs) return 'frozen';
  return (report?.lagMs ?? 0) > SCREEN_LIMITS.laggingAfterMs ? 'lagging' : 'live';
}
