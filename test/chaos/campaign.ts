import { seeded } from '@vigie/testkit/generator';

import type { Servers } from './deployment.ts';
import type { Fault } from './fault.ts';
import { inTurns, kindOf } from './faults/index.ts';
import { buildWorker } from './judge.ts';
import { Ledger } from './ledger.ts';
import { Memory } from './memory.ts';
import type { CampaignOptions } from './options.ts';
import { Round } from './round.ts';

/** So many times the minutes that were asked for, and it ends though not every kind has had its turn. */
export const PATIENCE = 4;
/** What each fault may take of a campaign that must inject so many, its share of a deployment with it, ms. */
export const A_FAULT_MS = 60_000;

/** Rounds of faults, each on a deployment of its own: what a round did can neither hide nor spoil what another does. */
export class Campaign {
  readonly ledger = new Ledger();
  readonly #memory = new Memory();
  readonly #options: CampaignOptions;
  #round: Round | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async run(servers: Servers, faults: readonly Fault[]): Promise<void> {
    const { seed, minutes, least, faultsARound } = this.#options;
    const worker = await buildWorker();
    const beganMs = Date.now();
    const endMs = beganMs + minutes * 60_000;
    const latestMs = beganMs + PATIENCE * (endMs - beganMs) + least * A_FAULT_MS;
    const kinds = new Set(faults.map(kindOf));
    // on a slow machine it takes longer until every kind has had its turn
    const isOver = (): boolean => {
      const enough = this.ledger.faults >= least && this.ledger.kinds.size >= kinds.size;
      return Date.now() >= latestMs || (Date.now() >= endMs && enough);
    };
    const coming = withoutEnd(faults, seed);
    const waiting: Fault[] = [];
    const random = seeded(seed);
    for (let number = 0; !isOver(); number += 1) {
      const chosen: Fault[] = [];
      for (let drawn = 0; drawn < faultsARound; drawn += 1) {
        const fault = coming.next().value as Fault;
        (fault.last === undefined ? chosen : waiting).push(fault);
      }
      const parts = { ledger: this.ledger, memory: this.#memory, random, worker };
      this.#round = new Round({ seed: seed * 100 + number, ...parts });
      this.#memory.begin();
      try {
        await this.#round.run(servers, { faults: chosen, last: waiting.shift(), isOver });
      } catch (error) {
        console.log(
          `round ${number + 1} broke off; the broker said last:\n${servers.kafka.log().slice(-2_500)}`,
        );
        throw error;
      } finally {
        if (this.ledger.violations.length > 0) console.log(this.#round.logs());
        await this.#round.stop();
      }
      console.log(
        `round ${number + 1}: ${this.ledger.faults} faults, ${this.ledger.violations.length} violations`,
      );
    }
    this.ledger.remarks.push(...this.#memory.report());
  }

  async stop(): Promise<void> {
    await this.#round?.stop();
  }
}

/** Every kind comes once before any comes twice, again and again in another order. */
function* withoutEnd(faults: readonly Fault[], seed: number): Generator<Fault, never> {
  for (let cycle = 0; ; cycle += 1) yield* inTurns(faults, seed * 100 + cycle);
}
