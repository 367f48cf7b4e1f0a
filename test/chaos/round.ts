import { setTimeout as pause } from 'node:timers/promises';

import type { Random } from '@vigie/testkit/generator';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';

import * as check from '../integration/exactness/check.ts';
import { scrape } from '../integration/exactness/scrape.ts';
import { differencesToSnapshot } from '../integration/exactness/viewer.ts';
import { Canaries } from './canaries.ts';
import { CheckpointSampler } from './checkpoint-sampler.ts';
import { CENTRES, deploy, emptied, PARTITIONS, type Deployment, type Servers } from './deployment.ts';
import type { Fault, World } from './fault.ts';
import { FeedRecorder } from './feed-recorder.ts';
import { FrameChecker } from './frame-checker.ts';
import { Freshness } from './freshness.ts';
import { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { LogRecorder, REFUSALS } from './log-recorder.ts';
import type { Memory } from './memory.ts';
import { recovered } from './recovery.ts';
import { Traffic } from './traffic.ts';
import { Viewer, type Shown } from './viewer.ts';
import { Watch } from './watch.ts';

const SETTLED_TIMEOUT_MS = 60_000;
const SAMPLE_EVERY_MS = 1_000;
const KEEP_REDIS_EVERY_MS = 3_000;
/** Faults between two comparisons at rest. */
const AT_REST_EVERY = 5;
const JUDGED_SCREENS = 10;
const JUDGED_CHECKPOINTS = 6;

interface RoundOptions {
  readonly seed: number;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly memory: Memory;
  /** Bundle of the judge's thread. */
  readonly worker: string;
}

/**
 * One deployment on an empty log and an empty store, disturbed by some faults and judged. Nothing is thrown for a
 * difference: the ledger has it.
 */
export class Round {
  readonly #options: RoundOptions;
  readonly #ledger: Ledger;
  readonly #shown: Shown[] = [];
  readonly #checkers = new Map<string, FrameChecker>();
  #deployment!: Deployment;
  #traffic!: Traffic;
  #log!: LogRecorder;
  #feed!: FeedRecorder;
  #checkpoints!: CheckpointSampler;
  #judge!: Judge;
  #watch!: Watch;
  #producer!: Producer;
  #admin!: Admin;
  #canaries!: Canaries;
  #freshness!: Freshness;
  #viewers: Viewer[] = [];
  #kept: string | undefined;
  #sampling = true;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
  }

  /** `isOver`: no more of `faults` is begun. `last` is one that nothing can follow. */
  async run(
    servers: Servers,
    { faults, last, isOver }: { faults: readonly Fault[]; last: Fault | undefined; isOver: () => boolean },
  ): Promise<void> {
    await this.#begin(servers);
    const world = this.#world();
    const samplers = [this.#sample(), this.#keepRedis()];
    for (const [index, fault] of faults.entries()) {
      if (isOver()) break;
      await this.#disturb(world, fault);
      if ((index + 1) % AT_REST_EVERY === 0 && index + 1 < faults.length) await this.#compareAtRest();
    }
    if (last?.last === 'right') await this.#disturb(world, last);
    await this.#compareAtRest();
    this.#sampling = false;
    await Promise.all(samplers);
    await this.#finish();
    if (last?.last === 'told') await this.#disturb(world, last);
    await this.#traffic.stop();
    await this.#watch.stop();
    await this.#canaries.stop();
    await this.#judge.idle();
    this.#sum(servers);
  }

  /** Ends every process, whatever happened. */
  async stop(): Promise<void> {
    this.#sampling = false;
    for (const viewer of this.#viewers) viewer.close();
    await Promise.allSettled([
      this.#watch?.stop(),
      this.#canaries?.stop(),
      this.#judge?.stop(),
      this.#feed?.stop(),
      this.#log?.stop(),
      this.#producer?.disconnect(),
      this.#admin?.disconnect(),
      this.#checkpoints?.close(),
      this.#deployment?.stop(),
    ]);
  }

  logs(): string {
    return (this.#deployment?.services() ?? [])
      .map((service) => `${service.name} said last:\n${service.log().slice(-2_500)}`)
      .join('\n');
  }

  async #begin(servers: Servers): Promise<void> {
    const { seed, worker } = this.#options;
    const ledger = this.#ledger;
    ledger.active.clear();
    await emptied(servers);
    const broker = servers.kafka.brokers[0] as string;
    // made once more with the address that senders use: the configuration comes from the first chapter
    const { config } = new Traffic('', { seed, centres: CENTRES, ledger });
    this.#deployment = await deploy(servers, config);
    const { ingestUrl, viewerUrl, gateways, guarded } = this.#deployment;
    this.#traffic = new Traffic(ingestUrl, { seed, centres: CENTRES, ledger });
    this.#log = new LogRecorder(broker, PARTITIONS);
    const judged = { file: worker, log: this.#log, config, ledger, partitions: PARTITIONS };
    this.#judge = new Judge(judged);
    await this.#log.start();
    this.#feed = new FeedRecorder(ledger);
    await this.#feed.start(servers.redis.url);
    this.#checkpoints = new CheckpointSampler(servers.redis.url, ledger);
    const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
    this.#producer = kafka.producer();
    this.#admin = kafka.admin();
    await Promise.all([this.#producer.connect(), this.#admin.connect()]);
    const kpis = await check.catalogueOf(gateways[0]?.url ?? '');
    const counters = kpis.map(({ metric }) => metric).filter((metric) => metric.endsWith('_total'));
    const names = [...counters, 'vigie_wait_seconds'];
    const { memory } = this.#options;
    this.#watch = new Watch({ ledger, memory, services: () => this.#deployment.services(), names });
    this.#watch.start();
    this.#viewers = CENTRES.flatMap((centre) => [
      this.#viewer(`first viewer of ${centre}`, centre, viewerUrl, 0),
      this.#viewer(`second viewer of ${centre}`, centre, gateways[0]?.url ?? '', 0),
      this.#viewer(`third viewer of ${centre}`, centre, gateways[1]?.url ?? '', 1),
    ]);
    this.#canaries = new Canaries(guarded.url, ledger);
    this.#traffic.start();
    const [traffic, log, feed, viewers] = [this.#traffic, this.#log, this.#feed, this.#viewers];
    this.#freshness = new Freshness({ traffic, log, feed, viewers, ledger });
    await this.#recovered('the start', Date.now());
  }

  #viewer(who: string, centre: string, url: string, gateway: number): Viewer {
    return new Viewer({ who, centre, url, checker: () => this.#checkerOf(gateway) });
  }

  /** A gateway begins its channels anew with each of its lives. */
  #checkerOf(index: number): FrameChecker {
    const life = `${index} ${this.#deployment.gateways[index]?.pid}`;
    let checker = this.#checkers.get(life);
    if (checker === undefined) this.#checkers.set(life, (checker = new FrameChecker(this.#ledger)));
    return checker;
  }

  #world(): World {
    return {
      deployment: this.#deployment,
      random: this.#options.random,
      ledger: this.#ledger,
      checkpoints: this.#checkpoints,
      viewers: this.#viewers,
      traffic: this.#traffic,
      log: this.#log,
      judge: this.#judge,
      admin: this.#admin,
      keptRedis: () => this.#kept,
      forgetRedis: () => {
        this.#checkpoints.forget();
        this.#watch.forget();
        for (const checker of this.#checkers.values()) checker.forget();
      },
      appendRaw: async (centre, value, refusals) => {
        const headers = refusals === undefined ? {} : { [REFUSALS]: String(refusals) };
        const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
        const messages = [{ key: centre, value: bytes, headers, partition: this.#judge.partition(centre) }];
        await this.#producer.send({ topic: 'vigie.events', messages });
      },
    };
  }

  async #disturb(world: World, fault: Fault): Promise<void> {
    const ledger = this.#ledger;
    ledger.active.clear();
    ledger.active.add(fault.name);
    console.log(`${((Date.now() / 1000) % 10_000).toFixed(1)} ${fault.name}`);
    try {
      await fault.run(world);
    } catch (error) {
      const what = fault.last === 'told' ? 'was not told' : 'could not be injected';
      ledger.violated('I12', `${fault.name} ${what}: ${(error as Error).message}`);
      return;
    }
    ledger.injected(fault.name);
    if (fault.last === 'told') return;
    await this.#recovered(fault.name, Date.now(), fault.askedMs);
    if (fault.after === undefined) return;
    await fault.after(world);
    await this.#recovered(undefined, Date.now());
  }

  async #recovered(what: string | undefined, healedMs: number, askedMs?: number): Promise<void> {
    const tookMs = await recovered(this.#deployment, this.#ledger, {
      what: what ?? 'what followed',
      healedMs,
    });
    this.#watch.follow();
    for (const checker of this.#checkers.values()) checker.compareAgain();
    if (tookMs !== undefined && what !== undefined) this.#ledger.recovered(what, tookMs, askedMs);
  }

  /** Nothing is sent, everything is in: every figure of every centre, in every gateway. */
  async #compareAtRest(): Promise<void> {
    // first that what is sent comes to the screens, while nothing fails
    await this.#freshness.probe();
    await this.#traffic.hold();
    try {
      await this.#recovered('being at rest', Date.now());
      await this.#log.catchUp();
      this.#compareLog();
      for (const { url } of this.#deployment.gateways)
        for (const centre of CENTRES) await this.#judge.atRest(url, centre);
      await this.#compareViewers();
    } catch (error) {
      this.#ledger.violated('I1', `could not be compared at rest: ${(error as Error).message}`);
    } finally {
      this.#traffic.release();
    }
  }

  /** What was acknowledged is in the log, each event of it (I2). */
  #compareLog(): void {
    const { promised } = this.#traffic;
    const missing = [...promised.values()].filter((event) => this.#log.log.placeOf(event) === undefined);
    this.#ledger.compared('I2 acknowledged events in the log', promised.size);
    const [first] = missing;
    if (first !== undefined)
      this.#ledger.violated(
        'I2',
        `${missing.length} of ${promised.size} events that were acknowledged are not in the log, first ${first.source} ${first.id}`,
      );
  }

  /** Whoever looks on comes to show what the snapshot says, however it was treated (I7). */
  async #compareViewers(): Promise<void> {
    for (const viewer of this.#viewers) {
      const { url } = this.#deployment.gateways[viewer.who.startsWith('third') ? 1 : 0] ?? {};
      const deadlineMs = Date.now() + SETTLED_TIMEOUT_MS;
      for (;;) {
        const before = viewer.feed.state.serverAsOfMs;
        const document = await check.snapshotOf(url ?? '', viewer.centre);
        const differences = differencesToSnapshot(viewer.feed, document);
        if (differences.length === 0 && viewer.feed.health().state === 'live') break;
        if (Date.now() > deadlineMs && viewer.feed.state.serverAsOfMs === before) {
          this.#ledger.violated('I7', `${viewer.who} (${viewer.feed.health().state}) ${differences[0]}`);
          break;
        }
        await pause(60);
      }
      this.#ledger.compared('I7 viewers at rest');
    }
  }

  async #sample(): Promise<void> {
    let turn = 0;
    while (this.#sampling) {
      await pause(SAMPLE_EVERY_MS);
      turn += 1;
      const shown = this.#viewers[turn % this.#viewers.length]?.shown();
      if (shown !== undefined) this.#shown.push(shown);
      await this.#checkpoints.take(turn % PARTITIONS).catch(() => undefined);
    }
  }

  async #keepRedis(): Promise<void> {
    let next: string | undefined;
    while (this.#sampling) {
      await pause(KEEP_REDIS_EVERY_MS);
      // the one before: what it has not is at least that old
      this.#kept = next ?? this.#kept;
      next = await this.#deployment.redis.keep().catch(() => undefined);
    }
  }

  async #finish(): Promise<void> {
    await this.#traffic.hold();
    // what was sent since the last comparison is in the log: it has to be counted, too
    await this.#recovered(undefined, Date.now());
    await this.#log.catchUp();
    await this.#account();
    const step = Math.max(1, this.#shown.length / JUDGED_SCREENS);
    for (let at = 0; at < this.#shown.length; at += step) {
      const shown = this.#shown[Math.floor(at)];
      if (shown !== undefined) this.#judge.shown(shown, this.#feed);
    }
    this.#checkpoints.judge(this.#judge, JUDGED_CHECKPOINTS);
    const frames = this.#viewers.reduce((sum, viewer) => sum + viewer.frames, 0);
    this.#ledger.compared('I5 frames received', frames);
    if (this.#canaries.told === 0)
      this.#ledger.violated('I8', 'nobody was told anything: nothing could have leaked');
  }

  /**
   * read = applied + duplicate + late + future + rejected, to the event (I14). What a client gave up on and told again
   * may still come into the log, and is a duplicate then: judged is the moment at which all that it has was read.
   */
  async #account(): Promise<void> {
    const running = this.#deployment.aggregators.filter((service) => service.running);
    for (const limitMs = Date.now() + SETTLED_TIMEOUT_MS; ; await pause(60)) {
      const counted = check.accountsOf(await Promise.all(running.map(async ({ url }) => await scrape(url))));
      const read = Object.values(counted).reduce((sum, events) => sum + events, 0);
      if (read < this.#log.log.read && Date.now() < limitMs) continue;
      this.#judge.accounts(counted);
      return;
    }
  }

  #sum({ kafka, redis }: Servers): void {
    const ledger = this.#ledger;
    ledger.compared('requests sent again', this.#traffic.retries);
    ledger.compared('requests acknowledged', this.#traffic.acknowledged);
    const { records } = this.#log.log;
    ledger.compared(
      'records of the log',
      records.reduce((sum, { length }) => sum + length, 0),
    );
    ledger.compared(
      'connections of viewers',
      this.#viewers.reduce((sum, { connections }) => sum + connections, 0),
    );
    for (const { kills, failures, name } of this.#deployment.services()) {
      ledger.kills += kills;
      ledger.compared(`ends of its own of ${name.split(' ')[0]}s`, failures.length);
    }
    void kafka;
    void redis;
  }
}
