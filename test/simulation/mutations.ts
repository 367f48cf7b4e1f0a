/** A known bug: a place in the product or in the model of its store, and what it is turned into. */
export interface Mutation {
  /** What goes wrong, as `docs/reliability.md` names it. */
  readonly name: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** A schedule that told it once: tried first. */
  readonly seed?: number;
}

const RUNNER = 'services/aggregator/src/partition-runner.ts';
const CHECKPOINT = 'packages/engine/src/checkpoint/checkpoint.ts';
const FEED = 'packages/engine/src/fanout/merged-feed.ts';
const CHANNEL = 'packages/engine/src/fanout/channel.ts';
const PARTITION = 'packages/engine/src/processor/partition.ts';
const TIMELINE = 'packages/metrics/src/windowing/timeline.ts';
const STORE = 'test/simulation/sim-redis.ts';

/** Bugs that somebody might make, one at a time; every one must be told by the simulation. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the store takes commits of earlier owners',
    file: STORE,
    find: `if (stored.epoch !== epoch) return 'fenced';`,
    replace: '',
    seed: 5,
  },
  {
    name: 'an owner goes on after its commit was refused',
    file: RUNNER,
    find: `if (result === 'fenced') return this.#fenced();`,
    replace: '',
    seed: 5,
  },
  {
    name: 'epochs are used again by a store that forgot them',
    file: 'services/aggregator/src/taking.ts',
    find: 'Math.max(parts.lastEpoch(partition), clock())',
    replace: '0',
    seed: 5,
  },
  {
    name: 'the offset is stored before the state',
    file: CHECKPOINT,
    find: 'nextOffset: processor.nextOffset.toString(),',
    replace: 'nextOffset: (processor.nextOffset + 1n).toString(),',
    seed: 3,
  },
  {
    name: 'the state is stored before the offset: applied twice',
    file: CHECKPOINT,
    find: 'nextOffset: processor.nextOffset.toString(),',
    replace: 'nextOffset: (processor.nextOffset > 0n ? processor.nextOffset - 1n : 0n).toString(),',
    seed: 2,
  },
  {
    name: 'records that were applied already are applied again',
    file: RUNNER,
    find: 'if (record.offset < expected) {',
    replace: 'if (false) {',
    seed: 2,
  },
  {
    name: 'a gap is believed at once',
    file: RUNNER,
    find: 'record.offset > expected && this.#refetchedGap !== expected',
    replace: 'false',
    seed: 40,
  },
  {
    name: 'a commit whose reply was lost is forgotten, and its number used again',
    file: RUNNER,
    find: 'this.figures.commitFailures++;',
    replace: 'this.figures.commitFailures++; this.#pending = undefined; this.#seq--;',
    seed: 55,
  },
  {
    name: 'after a frame that was not delivered the next says only what changed',
    file: RUNNER,
    find: 'publisher.reset();',
    replace: '',
    seed: 4,
  },
  {
    name: 'the last delta is left out of a recovery',
    file: CHECKPOINT,
    find: 'if (seq > head.seq) continue;',
    replace: 'if (seq >= head.seq) continue;',
    seed: 3,
  },
  {
    name: 'of pages that were never written deltas are left out',
    file: CHECKPOINT,
    find: 'seq <= (pageSeq.get(page) ?? -1)',
    replace: 'seq <= (pageSeq.get(page) ?? head.seq)',
    seed: 2,
  },
  {
    name: 'accounts are not restored',
    file: PARTITION,
    find: 'Object.assign(this.accounts, accounts);',
    replace: '',
    seed: 3,
  },
  {
    name: 'windows are not rebuilt after a recovery',
    file: CHECKPOINT,
    find: 'if (hasWindows) refillWindows(centre);',
    replace: 'if (hasWindows) void refillWindows;',
    seed: 2,
  },
  {
    name: 'levels are not restored after a recovery',
    file: 'packages/engine/src/checkpoint/windows.ts',
    find: 'own![told[i]!] = told[i + 1]!;',
    replace: 'void own;',
    seed: 2,
  },
  {
    name: 'what left a bucket before it was due comes back with a recovery',
    file: 'packages/metrics/src/windowing/buckets.ts',
    find: 'this.changes.add(group, at, code, value, sign, true);',
    replace: '',
    seed: 2,
  },
  {
    name: 'late events are dropped silently',
    file: PARTITION,
    find: `if (timeliness.kind !== 'on_time') {`,
    replace: `if (timeliness.kind === 'late') return; if (timeliness.kind !== 'on_time') {`,
    seed: 23,
  },
  {
    name: 'late events are counted after all',
    file: PARTITION,
    find: `if (timeliness.kind !== 'on_time') {`,
    replace: `if (timeliness.kind === 'future') {`,
    seed: 23,
  },
  {
    name: 'refused lines are not dead-lettered',
    file: RUNNER,
    find: 'if (letters.length > 0) await this.#deadLetter(letters);',
    replace: '',
    seed: 9,
  },
  {
    name: 'windows end a minute early',
    file: TIMELINE,
    find: 'this.#buckets.secondsBetween(before - size + 1, last - size)',
    replace: 'this.#buckets.secondsBetween(before - size + 61, last - size + 60)',
    seed: 107,
  },
  {
    name: 'nothing ever leaves a window',
    file: TIMELINE,
    find: 'target.totals.apply(effects, value, -sign, 1 << index);',
    replace: '',
    seed: 1,
  },
  {
    name: 'what becomes due is not counted',
    file: TIMELINE,
    find: 'this.#count(group, at, code, value, sign, windows);',
    replace: '',
    seed: 1,
  },
  {
    name: 'the boundary of the service level is on the wrong side',
    file: 'packages/metrics/src/domain/service-level.ts',
    find: 'inclusive ? waitMs <= settings.thresholdMs : waitMs < settings.thresholdMs',
    replace: 'inclusive ? waitMs < settings.thresholdMs : waitMs <= settings.thresholdMs',
    seed: 152,
  },
  {
    name: 'short abandons count as missed',
    file: 'packages/metrics/src/domain/service-level.ts',
    find: `return timing.short ? undefined : 'miss';`,
    replace: `return 'miss';`,
    seed: 6,
  },
  {
    name: 'facts are folded in the order they came',
    file: 'packages/metrics/src/domain/fact.ts',
    find: 'if (high === 0 || compareFacts(facts[high - 1]!, fact) <= 0) {',
    replace: 'if (true) {',
    seed: 1,
  },
  {
    name: 'what an event takes back stays counted',
    file: 'packages/engine/src/processor/live-centre.ts',
    find: 'this.#timeline.apply(group, at, code, value, sign);',
    replace: 'if (sign > 0) this.#timeline.apply(group, at, code, value, sign);',
    seed: 1,
  },
  {
    name: 'counters follow what was taken back',
    file: 'packages/engine/src/processor/counters.ts',
    find: 'count.greatest += rise;',
    replace: 'count.greatest = count.current;',
    seed: 4,
  },
  {
    name: 'a gateway merges over missing frames',
    file: FEED,
    find: 'sameEpoch && frame.seq === held.seq + 1',
    replace: 'sameEpoch',
    seed: 32,
  },
  {
    name: 'a silent feed is never stale',
    file: FEED,
    find: 'nowMs - this.#heardMs > FEED_SILENCE_MS',
    replace: 'false',
    seed: 16,
  },
  {
    name: 'the last value of a client that read slowly is lost',
    file: 'packages/engine/src/fanout/member.ts',
    find: 'this.#behind = congested || !follows;',
    replace: 'this.#behind = !follows; if (congested) { this.#seq = message.seq; return false; }',
    seed: 6,
  },
  {
    name: 'a new epoch does not begin with a snapshot',
    file: CHANNEL,
    find: 'if (epoch !== this.#epoch) {',
    replace: 'if (this.#epoch < 0) {',
    seed: 11,
  },
  {
    name: 'what changes twice between two frames is sent once too few',
    file: CHANNEL,
    find: 'else for (const name of changed) this.#dirty.add(name);',
    replace: 'else this.#dirty = new Set([...changed].slice(1));',
    seed: 1,
  },
];
