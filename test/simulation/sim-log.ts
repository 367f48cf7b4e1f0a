import type {
  DeadLetter,
  EventLog,
  LogConsumer,
  LogRecord,
  PartitionHandler,
  StoredConfigVersion,
} from '@vigie/engine';
import type { Random } from '@vigie/testkit/generator';

import type { Happening } from './happenings.ts';
import type { Scheduler, SimProcess } from './scheduler.ts';

/** What goes wrong between the log and a member of the group; chances a batch, in [0, 1]. */
export interface DeliveryFaults {
  /** The batch begins before the place it should. */
  repeat: number;
  /** Records between are left out once: they are there when asked for again. */
  skip: number;
  /** A batch of a partition that was taken away comes all the same. */
  stale: number;
  /** Nothing comes. */
  down: boolean;
}

interface Assignment {
  readonly partition: number;
  position: bigint;
  active: boolean;
  /** Records below were left out once: whoever asks for them again is given them. */
  cutBelow: number;
}

interface Member {
  readonly process: SimProcess;
  readonly handler: PartitionHandler;
  readonly onFatal: (error: Error) => void;
  assigned: Assignment[];
  joined: boolean;
}

const POLL_MS = 40;
/** Shorter than the real one, so that a short freeze makes a zombie. */
const SESSION_MS = 1_500;
const REJOIN_MS = 300;
const MAX_BATCH = 6;
const RETRY_MS = 500;

/** The log and the group's coordinator: partitions are given anew whenever a member comes, goes, or falls silent. */
export class SimLog {
  readonly records: LogRecord[][];
  readonly deadLetters: DeadLetter[] = [];
  readonly faults: DeliveryFaults = { repeat: 0, skip: 0, stale: 0, down: false };
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #members = new Set<Member>();
  readonly #silentSinceMs = new Map<Member, number>();
  readonly #starts: bigint[];

  /** Told what went wrong on the way to a member. */
  onMet: (what: Happening) => void = () => undefined;

  constructor(scheduler: Scheduler, random: Random, partitions: number) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.records = Array.from({ length: partitions }, () => []);
    this.#starts = this.records.map(() => 0n);
    const look = (): void => {
      this.#expel();
      scheduler.after(250, undefined, look);
    };
    look();
  }

  append(partition: number, key: string, value: Uint8Array): void {
    const records = this.records[partition] as LogRecord[];
    records.push({ offset: BigInt(records.length), key, value });
  }

  /** A member was killed or leaves: the others hear at once, or when its session is over. */
  leave(process: SimProcess): void {
    for (const member of this.#members) if (member.process === process) this.#remove(member);
  }

  portOf(process: SimProcess): EventLog {
    const configs: StoredConfigVersion[] = [];
    const bounds = (partition: number) => ({
      start: this.#starts[partition] ?? 0n,
      end: BigInt(this.records[partition]?.length ?? 0),
    });
    return {
      partitions: async () => this.records.length,
      placement: async () => () => 0,
      append: async () => undefined,
      deadLetter: async (letters) => {
        await this.#scheduler.elsewhere(process, 2, () => this.deadLetters.push(...letters));
      },
      configVersions: async () => configs,
      storeConfigVersion: async (version) => void configs.push(version),
      storeReports: async () => undefined,
      consume: async (handler, onFatal) => await this.#consume(process, handler, onFatal),
      bounds: async (partition) => await this.#scheduler.elsewhere(process, 2, () => bounds(partition)),
      ping: async () => undefined,
      close: async () => undefined,
    };
  }

  async #consume(
    process: SimProcess,
    handler: PartitionHandler,
    onFatal: (error: Error) => void,
  ): Promise<LogConsumer> {
    const member: Member = { process, handler, onFatal, assigned: [], joined: true };
    this.#members.add(member);
    this.#scheduler.after(5, undefined, () => this.#rebalance());
    return {
      stop: async () => {
        member.joined = false;
        await this.#takeAway(member);
        this.#remove(member);
      },
      trouble: () => undefined,
      seek: (partition, offset) => {
        for (const assignment of member.assigned)
          if (assignment.partition === partition) assignment.position = offset;
      },
      publishProgress: async () => undefined,
    };
  }

  #remove(member: Member): void {
    this.#members.delete(member);
    for (const assignment of member.assigned) assignment.active = false;
    this.#scheduler.after(5, undefined, () => this.#rebalance());
  }

  /** Who was silent for a session is out; who comes back joins again. */
  #expel(): void {
    for (const member of this.#members) {
      const { alive, frozen } = member.process;
      if (alive && !frozen) {
        this.#silentSinceMs.delete(member);
        if (!member.joined) this.#rejoin(member);
        continue;
      }
      const since = this.#silentSinceMs.get(member) ?? this.#scheduler.nowMs;
      this.#silentSinceMs.set(member, since);
      if (this.#scheduler.nowMs - since < SESSION_MS || !member.joined) continue;
      member.joined = false;
      if (alive) this.#rebalance();
      else this.#remove(member);
    }
  }

  #rejoin(member: Member): void {
    member.joined = true;
    this.#scheduler.after(REJOIN_MS, member.process, () => this.#rebalance());
  }

  #rebalance(): void {
    const members = [...this.#members].filter(
      ({ joined, process }) => joined && process.alive && !process.frozen,
    );
    for (const member of this.#members) {
      // what a member that cannot be asked holds is given to others all the same
      this.#scheduler.after(0, member.process, () => void this.#takeAway(member));
    }
    if (members.length === 0) {
      // all that are left stand still: asked again, until one goes on
      if (this.#members.size > 0) this.#scheduler.after(REJOIN_MS, undefined, () => this.#rebalance());
      return;
    }
    const shift = this.#random.int(0, members.length - 1);
    this.records.forEach((_, partition) => {
      const member = members[(partition + shift) % members.length] as Member;
      this.#scheduler.after(20, member.process, () => this.#assign(member, partition));
    });
  }

  async #takeAway(member: Member): Promise<void> {
    const taken = member.assigned;
    member.assigned = [];
    for (const assignment of taken) assignment.active = false;
    for (const { partition } of taken) await member.handler.revoked(partition);
  }

  #assign(member: Member, partition: number): void {
    const others = [...this.#members].some(
      (other) =>
        other !== member && other.assigned.some((held) => held.partition === partition && held.active),
    );
    // the group has moved on since this was decided, unless the holder cannot be asked
    if (!member.joined || member.assigned.some((held) => held.partition === partition)) return;
    if (others && !this.#holderIsSilent(partition)) return;
    const assignment: Assignment = { partition, position: 0n, active: true, cutBelow: 0 };
    member.assigned.push(assignment);
    const take = (): void => {
      if (!assignment.active) return;
      member.handler.assigned(partition).then(
        (from) => {
          assignment.position = from === 'earliest' ? (this.#starts[partition] ?? 0n) : from;
          this.#deliverSoon(member, assignment);
        },
        () => void this.#scheduler.after(RETRY_MS, member.process, take),
      );
    };
    take();
  }

  #holderIsSilent(partition: number): boolean {
    return [...this.#members]
      .filter(({ assigned }) => assigned.some((held) => held.partition === partition && held.active))
      .every(({ process }) => process.frozen || !process.alive);
  }

  #deliverSoon(member: Member, assignment: Assignment): void {
    this.#scheduler.after(POLL_MS * (0.5 + this.#random.next()), member.process, () =>
      this.#deliver(member, assignment),
    );
  }

  #deliver(member: Member, assignment: Assignment): void {
    const { faults } = this;
    if (!assignment.active && this.#random.next() >= faults.stale) return;
    const log = this.records[assignment.partition] as LogRecord[];
    let from = Number(assignment.position);
    const repeats = this.#random.next() < faults.repeat;
    if (repeats) from = Math.max(0, from - this.#random.int(1, 4));
    const cut = from >= assignment.cutBelow && this.#random.next() < faults.skip;
    if (cut) assignment.cutBelow = from += this.#random.int(1, 2);
    const records = faults.down ? [] : log.slice(from, from + this.#random.int(1, MAX_BATCH));
    if (faults.down && from < log.length) this.onMet('log not reached');
    const last = records.at(-1);
    if (last === undefined) return this.#deliverSoon(member, assignment);
    if (repeats) this.onMet('batch repeated');
    if (cut) this.onMet('batch with records left out');
    if (!assignment.active) this.onMet('batch of a partition taken away');
    const before = assignment.position;
    assignment.position = last.offset + 1n;
    const batch = {
      partition: assignment.partition,
      records,
      endOffset: BigInt(log.length),
      isStale: () => !assignment.active,
    };
    member.handler.batch(batch).then(
      () => this.#deliverSoon(member, assignment),
      () => {
        assignment.position = before;
        this.#deliverSoon(member, assignment);
      },
    );
  }
}
