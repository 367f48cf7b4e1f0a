import type { CheckpointStore, EventLog, LiveFeed, LogConsumer, PartitionHandler } from '@vigie/engine';
import { StartError } from '@vigie/service-kit';

/** Before the call, when it is on its way, and after its answer. */
export const CRASH_MOMENTS = ['before', 'during', 'after'] as const;
type CrashMoment = (typeof CRASH_MOMENTS)[number];

const STEPS = {
  log: ['append', 'bounds', 'deadLetter', 'partitions', 'storeReports'],
  checkpoints: ['acquire', 'archived', 'commit', 'load'],
  feed: ['publish'],
  handler: ['assigned', 'batch', 'revoked'],
  consumer: ['publishProgress', 'stop'],
} as const;
type Place = keyof typeof STEPS;

/**
 * Every step that a partition waits for between its hand-overs: restore, commit, publication and hand-over are calls
 * of the ports and of the log's handler, and nothing else.
 */
export const CRASH_STEPS: readonly string[] = Object.entries(STEPS).flatMap(([place, names]) =>
  names.map((name) => `${place}.${name}`),
);

interface Adapters {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
}

/**
 * The adapters, armed to end the process at one of {@link CRASH_STEPS}: `text` is `<step>:<moment>`, or
 * `<step>:<moment>:<n>` for the nth time that it is reached. `undefined`, as ever outside of tests: the adapters
 * themselves. Throws a {@link StartError} for a text that names no such point.
 */
export function withCrashPoint<T extends Adapters>(
  text: string | undefined,
  adapters: T,
  crash: () => void = killSelf,
): T {
  if (text === undefined || text === '') return adapters;
  const fuse = new Fuse(text, crash);
  return {
    ...adapters,
    log: fuse.armLog(adapters.log),
    checkpoints: fuse.arm('checkpoints', adapters.checkpoints),
    feed: fuse.arm('feed', adapters.feed),
  };
}

function killSelf(): void {
  process.kill(process.pid, 'SIGKILL');
}

class Fuse {
  readonly #step: string;
  readonly #moment: CrashMoment;
  readonly #crash: () => void;
  #left: number;

  constructor(text: string, crash: () => void) {
    const [step = '', moment = '', times = '1', ...rest] = text.split(':');
    const known = CRASH_MOMENTS.find((one) => one === moment);
    if (!CRASH_STEPS.includes(step) || known === undefined || !/^[1-9]\d*$/.test(times) || rest.length > 0) {
      throw new StartError(
        `VIGIE_CRASH_AT is ${JSON.stringify(text)}: <step>:<moment>[:<times>] expected, of the steps ${CRASH_STEPS.join(', ')} and the moments ${CRASH_MOMENTS.join(', ')}`,
      );
    }
    this.#step = step;
    this.#moment = known;
    this.#left = Number(times);
    this.#crash = crash;
  }

  /** Also of what the log calls, and what it answers. */
  armLog(log: EventLog): EventLog {
    const armed = this.arm('log', log);
    return this.#with(
      armed,
      'consume',
      async (handler: PartitionHandler, onFatal: (error: Error) => void): Promise<LogConsumer> =>
        this.arm('consumer', await armed.consume(this.arm('handler', handler), onFatal)),
    );
  }

  arm<T extends object>(place: Place, target: T): T {
    let armed = target;
    for (const name of STEPS[place]) {
      const call = (target as Record<string, unknown>)[name] as (...args: unknown[]) => Promise<unknown>;
      const step = `${place}.${name}`;
      if (step !== this.#step) continue;
      armed = this.#with(armed, name, async (...args: never[]) => {
        this.#reach('before');
        const answer = call.apply(target, args);
        // A few turns of the event loop: it is sent by then.
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
        this.#reach('during');
        const result = await answer;
        this.#reach('after');
        return result;
      });
    }
    return armed;
  }

  /** The same object but for one method. */
  #with<T extends object>(target: T, method: string, replacement: (...args: never[]) => unknown): T {
    return new Proxy(target, {
      get: (object, name) => {
        if (name === method) return replacement;
        const value: unknown = Reflect.get(object, name, object);
        return typeof value === 'function' ? (value.bind(object) as unknown) : value;
      },
    });
  }

  #reach(moment: CrashMoment): void {
    if (moment !== this.#moment) return;
    this.#left -= 1;
    if (this.#left === 0) this.#crash();
  }
}
