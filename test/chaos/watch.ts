import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { CounterRecorder, parseScrape } from '../integration/exactness/scrape.ts';
import type { Service } from '../integration/exactness/service.ts';
import type { Ledger } from './ledger.ts';
import type { Memory } from './memory.ts';

/** Resident memory that no process of a deployment of this size may come near to, MiB. */
const RSS_LIMIT_MIB = 600;
const EVERY_MS = 700;
const ANSWER_MS = 1_500;

/** Asks every process for its health, metrics and memory, all the time (I10, I13). */
export class Watch {
  readonly #ledger: Ledger;
  readonly #services: () => readonly Service[];
  /** By the gateway's address: counters of the catalogue outlive the processes that export them. */
  readonly #counters = new Map<string, CounterRecorder>();
  readonly #names: readonly string[];
  readonly #memory: Memory;
  readonly #tooMuch = new Set<number>();
  #stopped = false;
  #follows = true;
  #loop: Promise<void> | undefined;

  /** `names`: families of the catalogue that never fall. */
  constructor(options: {
    readonly ledger: Ledger;
    readonly memory: Memory;
    readonly services: () => readonly Service[];
    readonly names: readonly string[];
  }) {
    this.#ledger = options.ledger;
    this.#memory = options.memory;
    this.#services = options.services;
    this.#names = options.names;
  }

  start(): void {
    this.#loop = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    for (const url of [...this.#counters.keys()]) this.#retire(url);
  }

  /**
   * The store has lost what was written last: counters may repeat a little of what was exported before, as the decision
   * record on counters says. They are followed anew from {@link follow} on.
   */
  forget(): void {
    this.#follows = false;
    for (const url of [...this.#counters.keys()]) this.#retire(url);
  }

  follow(): void {
    this.#follows = true;
  }

  #retire(url: string): void {
    const counters = this.#counters.get(url);
    if (counters === undefined) return;
    this.#counters.delete(url);
    this.#ledger.compared('I13 scrapes', counters.scrapes);
    this.#ledger.compared('I13 counters that did not fall', counters.compared);
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await Promise.all(this.#services().map(async (service) => await this.#look(service)));
      await pause(EVERY_MS);
    }
  }

  async #look(service: Service): Promise<void> {
    await this.#weigh(service);
    if (!service.name.startsWith('gateway') || !this.#follows) return;
    const text = await answerOf(`${service.url}/metrics`);
    if (text === undefined || !this.#follows) return;
    let counters = this.#counters.get(service.url);
    if (counters === undefined)
      this.#counters.set(service.url, (counters = new CounterRecorder(this.#names)));
    counters.add(parseScrape(text));
    const [fall] = counters.falls;
    if (fall === undefined) return;
    this.#ledger.violated('I13', `${service.name}: ${counters.falls.length} counters: ${fall}`);
    // told once: what has fallen stays below what it was for a while
    this.#retire(service.url);
  }

  async #weigh({ pid, name }: Service): Promise<void> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const mib = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    if (mib === 0) return;
    this.#ledger.compared('I10 samples of memory');
    this.#memory.weighed(name.split(' ')[0] ?? name, pid, mib);
    if (mib <= RSS_LIMIT_MIB || this.#tooMuch.has(pid)) return;
    this.#tooMuch.add(pid);
    this.#ledger.violated('I10', `${name} holds ${mib} MiB`);
  }
}

/** `undefined` when there is no good answer in time. */
export async function answerOf(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}
