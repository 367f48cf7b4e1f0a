import { foldCentre, type Centre, type OracleConfig, type OracleEvent } from '@vigie/testkit/oracle';

import type { SimLog } from './sim-log.ts';

/** As the product has it by default. */
const LATENESS = { allowedMs: 86_400_000, futureMs: 60_000 };
const decoder = new TextDecoder();

/** What the independent count makes of the log below an offset. Folds the same events once. */
export class LogReading {
  readonly #log: SimLog;
  readonly #config: OracleConfig;
  readonly #events: { readonly offset: bigint; readonly event: OracleEvent }[] = [];
  readonly #centres = new Map<number, Centre>();
  #read = 0;

  constructor(log: SimLog, config: OracleConfig) {
    this.#log = log;
    this.#config = config;
  }

  below(offset: bigint): Centre {
    this.#readOn();
    const count = this.#events.filter((each) => each.offset < offset).length;
    let centre = this.#centres.get(count);
    if (centre === undefined) {
      const events = this.#events.slice(0, count).map(({ event }) => event);
      centre = foldCentre(events, this.#config, LATENESS);
      this.#centres.set(count, centre);
    }
    return centre;
  }

  #readOn(): void {
    for (const { offset, value } of (this.#log.records[0] ?? []).slice(this.#read)) {
      this.#read += 1;
      for (const line of decoder.decode(value ?? undefined).split('\n')) {
        const event = parsed(line);
        if (event !== undefined && !event.source.startsWith('vigie://')) this.#events.push({ offset, event });
      }
    }
  }
}

function parsed(line: string): OracleEvent | undefined {
  try {
    const event = JSON.parse(line) as OracleEvent | null;
    return typeof event?.source === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
