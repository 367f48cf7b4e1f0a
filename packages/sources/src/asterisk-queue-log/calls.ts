/** How the last known stay of a call ended: it tells what kind of stay the next one is. */
export type StayEnd = 'exit' | 'transfer' | 'other';

/** One stay in a queue that is not over. */
export interface OpenStay {
  /** `undefined` when its ENTERQUEUE was never seen. */
  segmentId?: string;
  queue: string;
  /** Set once connected: the agent column as written, and the hold seconds, which its last line repeats. */
  member?: string;
  holdSeconds?: number;
  /** What a corrected `contact.queued` needs: the line that opened the stay. */
  entered?: { epochSeconds: number; sequence: string; kind: string; position?: number };
}

export interface OpenCall {
  stays: OpenStay[];
  lastEnd?: StayEnd;
  /** Time of its last line, seconds. */
  at: number;
}

export interface CallLimits {
  /** Open calls kept; beyond, the one longest silent is forgotten. */
  readonly maxOpenCalls: number;
  /** Calls kept after their last stay ended, so that a further stay is known for what it is. */
  readonly maxEndedCalls: number;
  /** An open call without any line for this long is forgotten, by the clock of the log. */
  readonly maxSilenceSeconds: number;
}

/** JSON-safe picture of {@link Calls}. */
export interface CallsState {
  readonly open: readonly (readonly [string, OpenCall])[];
  readonly ended: readonly (readonly [string, StayEnd])[];
}

/**
 * The calls in the queues, as far as the log has told: bounded in number and in age. Forgetting one costs nothing but
 * the segment id of its further lines; what became of it is decided by the engine.
 */
export class Calls {
  /** In the order of their last line: the first one is the longest silent. */
  readonly #open = new Map<string, OpenCall>();
  readonly #ended = new Map<string, StayEnd>();
  readonly #limits: CallLimits;
  #forgotten = 0;

  constructor(limits: CallLimits, state?: CallsState) {
    this.#limits = limits;
    for (const [id, call] of state?.open ?? []) this.#open.set(id, structuredClone(call));
    for (const [id, end] of state?.ended ?? []) this.#ended.set(id, end);
  }

  /** Open calls dropped by the cap or by age, since this object was made. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get(callId: string): OpenCall | undefined {
    return this.#open.get(callId);
  }

  /** How the last stay of the call ended, if any is known to have ended. */
  lastEnd(callId: string): StayEnd | undefined {
    return this.#open.get(callId)?.lastEnd ?? this.#ended.get(callId);
  }

  /** Opens a stay; it is the newest one of its call. */
  enter(callId: string, stay: OpenStay, at: number): void {
    this.#touch(callId, at).stays.push(stay);
    this.#trim(at);
  }

  /** Takes a stay away; `stay` may be unknown (`undefined`), its end is remembered all the same. */
  end(callId: string, stay: OpenStay | undefined, end: StayEnd, at: number): void {
    const call = this.#open.get(callId);
    if (call !== undefined) {
      if (stay !== undefined) call.stays.splice(call.stays.indexOf(stay), 1);
      if (call.stays.length > 0) {
        this.#touch(callId, at).lastEnd = end;
        return;
      }
      this.#open.delete(callId);
    }
    this.#ended.delete(callId);
    this.#ended.set(callId, end);
    dropFirst(this.#ended, this.#limits.maxEndedCalls);
  }

  /** The PBX started anew: nothing of before goes on. */
  clear(): void {
    this.#open.clear();
    this.#ended.clear();
  }

  state(): CallsState {
    return {
      open: [...this.#open].map(([id, call]) => [id, structuredClone(call)] as const),
      ended: [...this.#ended],
    };
  }

  #touch(callId: string, at: number): OpenCall {
    const lastEnd = this.#ended.get(callId);
    const call = this.#open.get(callId) ?? { stays: [], at, ...(lastEnd === undefined ? {} : { lastEnd }) };
    this.#open.delete(callId);
    this.#ended.delete(callId);
    call.at = at;
    this.#open.set(callId, call);
    return call;
  }

  #trim(now: number): void {
    for (const [id, call] of this.#open) {
      const tooMany = this.#open.size > this.#limits.maxOpenCalls;
      if (!tooMany && now - call.at <= this.#limits.maxSilenceSeconds) break;
      this.#open.delete(id);
      this.#forgotten += 1;
    }
  }
}

/** The stay of this queue that still waits: the newest, for an exit line is written before the call goes on. */
export function waitingStay(call: OpenCall | undefined, queue: string | undefined): OpenStay | undefined {
  return call?.stays.findLast((stay) => stay.queue === queue && stay.member === undefined);
}

/**
 * The stay of this queue whose talk a line ends. The next stay, in the same queue even, may already be open (live
 * trap), so that agent and hold seconds, which the line repeats, choose among several.
 */
export function talkingStay(
  call: OpenCall | undefined,
  queue: string | undefined,
  member: string | undefined,
  holdSeconds: number | undefined,
): OpenStay | undefined {
  const talking = call?.stays.filter((stay) => stay.queue === queue && stay.member !== undefined) ?? [];
  const byMember = talking.filter((stay) => stay.member === member);
  return (
    byMember.find((stay) => stay.holdSeconds === holdSeconds) ??
    byMember[0] ??
    talking[0] ??
    waitingStay(call, queue)
  );
}

function dropFirst(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
