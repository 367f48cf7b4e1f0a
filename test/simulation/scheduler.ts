import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';

import type { Random } from '@vigie/testkit/generator';

/** Whose code runs. One for all schedules: every further one would cost each promise of all. */
const owners = new AsyncLocalStorage<SimProcess>();

/** A process of the simulated world: what it set going stands still with it, and dies with it. */
export class SimProcess {
  readonly name: string;
  alive = true;
  frozen = false;
  /** What came while it was frozen. */
  readonly waiting: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly process: SimProcess | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

const realImmediate = setImmediate;
const realTimers = { setTimeout, setInterval, clearTimeout, clearInterval };
const realDelay = timersPromises.setTimeout;
const realNow = performance.now.bind(performance);

/**
 * Time that stands still until nothing more happens at an instant, then jumps to the next. What is due at the same
 * instant happens in an order of chance. Timers of the code under simulation belong to the process that set them.
 */
export class Scheduler {
  nowMs: number;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #heap: Due[] = [];
  #otherListeners: NodeJS.UnhandledRejectionListener[] = [];
  /** What nobody caught: it ends a real process. */
  onUncaught: (error: unknown, process: SimProcess | undefined) => void = () => undefined;

  constructor(random: Random, startMs: number) {
    this.#random = random;
    this.nowMs = startMs;
    this.#startMs = startMs;
  }

  /** The instant in whole milliseconds, as clocks tell it. */
  clock(): number {
    return Math.floor(this.nowMs);
  }

  /** Replaces timers, `performance.now` and who is told of rejections until {@link uninstall}. */
  install(): void {
    const timer = (repeat: boolean) => (run: (...args: never[]) => void, ms?: number) => {
      const owner = owners.getStore();
      const handle = { due: undefined as Due | undefined, unref: () => handle, ref: () => handle };
      const arm = (): void => {
        handle.due = this.after(Math.max(1, ms ?? 1), owner, () => {
          if (repeat) arm();
          run();
        });
      };
      arm();
      return handle;
    };
    const clear = (handle: { due?: Due } | undefined): void => {
      if (handle?.due !== undefined) handle.due.cancelled = true;
    };
    Object.assign(globalThis, {
      setTimeout: timer(false),
      setInterval: timer(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    performance.now = () => this.nowMs - this.#startMs;
    const delay = async <T>(ms?: number, value?: T, options?: { signal?: AbortSignal }): Promise<T> =>
      await new Promise<T>((resolve, reject) => {
        const { signal } = options ?? {};
        this.after(Math.max(1, ms ?? 1), owners.getStore(), () => resolve(value as T));
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    this.#replaceDelay(delay as typeof realDelay);
    this.#otherListeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', this.#onRejection);
  }

  readonly #onRejection = (error: unknown): void => this.onUncaught(error, owners.getStore());

  uninstall(): void {
    process.off('unhandledRejection', this.#onRejection);
    for (const listener of this.#otherListeners) process.on('unhandledRejection', listener);
    Object.assign(globalThis, realTimers);
    performance.now = realNow;
    this.#replaceDelay(realDelay);
  }

  /** Whoever has imported it already has the other one from now on. */
  #replaceDelay(delay: typeof realDelay): void {
    timersPromises.setTimeout = delay;
    syncBuiltinESMExports();
  }

  /** `run` after some time, in a process, unless that has died by then; while it is frozen, when it goes on. */
  after(ms: number, process: SimProcess | undefined, run: () => void): Due {
    const due = { atMs: this.nowMs + ms, order: this.#random.next(), process, run, cancelled: false };
    this.#push(due);
    return due;
  }

  /** Runs in a process at once; what it begins belongs to it. */
  inside<T>(process: SimProcess, run: () => T): T {
    return owners.run(process, run);
  }

  /** A promise that settles when `settle` is called, seen by the process only while it lives and is not frozen. */
  async elsewhere<T>(process: SimProcess, ms: number, work: () => T): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      this.after(ms, process, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  freeze(process: SimProcess): void {
    process.frozen = true;
  }

  /** Goes on, with everything that came meanwhile, in its order. */
  thaw(process: SimProcess): void {
    process.frozen = false;
    process.waiting.splice(0).forEach((run, place) => {
      // before anything else of this instant, and in its order
      this.#push({ atMs: this.nowMs, order: -1 + place * 1e-6, process, run, cancelled: false });
    });
  }

  /** The clock is put forward: whatever was due meanwhile happens now. */
  leap(ms: number): void {
    this.nowMs += ms;
  }

  /** Lets time pass until `untilMs`. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      const { process: owner, run, cancelled } = next;
      if (cancelled || owner?.alive === false) continue;
      if (owner?.frozen === true) {
        owner.waiting.push(() => void (next.cancelled || run()));
        continue;
      }
      if (owner === undefined) run();
      else this.#runInside(owner, run);
      await new Promise((resolve) => realImmediate(resolve));
    }
    this.nowMs = untilMs;
  }

  #runInside(owner: SimProcess, run: () => void): void {
    try {
      owners.run(owner, run);
    } catch (error) {
      this.onUncaught(error, owner);
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Due;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!before(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** One direction of a connection: what was sent later does not overtake. */
export class Pipe {
  readonly #scheduler: Scheduler;
  #lastMs = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  send(wayMs: number, to: SimProcess | undefined, arrive: () => void): void {
    const { nowMs } = this.#scheduler;
    this.#lastMs = Math.max(this.#lastMs + 0.001, nowMs + wayMs);
    this.#scheduler.after(this.#lastMs - nowMs, to, arrive);
  }
}
