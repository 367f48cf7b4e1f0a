import { setTimeout as pause } from 'node:timers/promises';

import { seeded } from '@vigie/testkit/generator';
import { oracleAccounts } from '@vigie/testkit/oracle';
import { Kafka, logLevel, type Producer } from 'kafkajs';

import * as check from '../integration/exactness/check.ts';
import { scrape } from '../integration/exactness/scrape.ts';
import { differencesToSnapshot } from '../integration/exactness/viewer.ts';
import { CheckpointSampler } from './checkpoint-sampler.ts';
import { CENTRES, deploy, PARTITIONS, type Deployment, type Servers } from './deployment.ts';
import type { Fault, World } from './fault.ts';
import { inTurns, kindOf } from './faults/index.ts';
import { applied } from './engine.ts';
import { FeedRecorder } from './feed-recorder.ts';
import { FrameChecker } from './frame-checker.ts';
import { Judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { LogRecorder, REFUSALS } from './log-recorder.ts';
import type { CampaignOptions } from './options.ts';
import { Traffic } from './traffic.ts';
import { Viewer, type Shown } from './viewer.ts';
import { answerOf, Watch } from './watch.ts';

/** Longer than this is no recovery: the worst that a session, a restart and a replay may take together. */
const RECOVERY_LIMIT_MS = 75_000;
/** So many times the minutes that were asked for, and it ends though not every kind has had its turn. */
export const PATIENCE = 4;
const SETTLED_TIMEOUT_MS = 20_000;
const SAMPLE_EVERY_MS = 1_500;
const KEEP_REDIS_EVERY_MS = 4_000;
/** Faults between two comparisons at rest. */
const AT_REST_EVERY = 3;
const JUDGED_SCREENS = 60;
const JUDGED_CHECKPOINTS = 30;

/** One deployment, disturbed for a while and judged. Nothing is thrown for a difference: the ledger has it. */
export class Campaign {
  readonly ledger = new Ledger();
  readonly #options: CampaignOptions;
  readonly #random;
  readonly #shown: Shown[] = [];
  #deployment!: Deployment;
  #traffic!: Traffic;
  #log!: LogRecorder;
  #feed!: FeedRecorder;
  #checkpoints!: CheckpointSampler;
  #judge!: Judge;
  #watch!: Watch;
  #producer!: Producer;
  #viewers: Viewer[] = [];
  #kept: string | undefined;
  #sampling = true;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
  }

  async run(servers: Servers, faults: readonly Fault[]): Promise<void> {
    await this.#begin(servers);
    const world = this.#world();
    const samplers = [this.#sample(), this.#keepRedis()];
    const beganMs = Date.now();
    const endMs = beganMs + this.#options.minutes * 60_000;
    let round = 0;
    let done = 0;
    const kinds = new Set(faults.map(kindOf)).size;
    // on a slow machine it takes longer until every kind has had its turn
    const isOver = (): boolean =>
      Date.now() >= endMs && (done >= kinds || Date.now() >= beganMs + PATIENCE * (endMs - beganMs));
    while (!isOver()) {
      for (const fault of inTurns(faults, this.#options.seed * 100 + round)) {
        if (isOver()) break;
        await this.#disturb(world, fault);
        done += 1;
        if (done % AT_REST_EVERY === 0) await this.#compareAtRest();
      }
      round += 1;
    }
    await this.#compareAtRest();
    this.#sampling = false;
    await Promise.all(samplers);
    await this.#finish();
  }

  /** Ends every process, whatever happened. */
  async stop(): Promise<void> {
    this.#sampling = false;
    for (const viewer of this.#viewers) viewer.close();
    await Promise.allSettled([
      this.#watch?.stop(),
      this.#feed?.stop(),
      this.#log?.stop(),
      this.#producer?.disconnect(),
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
    const { seed } = this.#options;
    const ledger = this.ledger;
    const broker = servers.kafka.brokers[0] as string;
    // made once more with the address that senders use: the configuration comes from the first chapter
    const { config } = new Traffic('', { seed, centres: CENTRES, ledger });
    this.#deployment = await deploy(servers, config);
    const { ingestUrl, viewerUrl, gateways } = this.#deployment;
    this.#traffic = new Traffic(ingestUrl, { seed, centres: CENTRES, ledger });
    this.#log = new LogRecorder(broker, PARTITIONS);
    await this.#log.start();
    this.#feed = new FeedRecorder(ledger);
    await this.#feed.start(servers.redis.url);
    this.#checkpoints = new CheckpointSampler(servers.redis.url, config, ledger);
    this.#judge = new Judge(this.#log, config, ledger, PARTITIONS);
    this.#producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).producer();
    await this.#producer.connect();
    const kpis = await check.catalogueOf(gateways[0]?.url ?? '');
    const counters = kpis.map(({ metric }) => metric).filter((metric) => metric.endsWith('_total'));
    const names = [...counters, 'vigie_wait_seconds'];
    this.#watch = new Watch({ ledger, services: () => this.#deployment.services(), names });
    this.#watch.start();
    this.#viewers = CENTRES.flatMap((centre) => [
      this.#viewer(`first viewer of ${centre}`, centre, viewerUrl, 0),
      this.#viewer(`second viewer of ${centre}`, centre, gateways[0]?.url ?? '', 0),
      this.#viewer(`third viewer of ${centre}`, centre, gateways[1]?.url ?? '', 1),
    ]);
    this.#traffic.start();
    await this.#recovered('the start', Date.now());
  }

  #viewer(who: string, centre: string, url: string, gateway: number): Viewer {
    return new Viewer({ who, centre, url, checker: () => this.#checkerOf(gateway) });
  }

  readonly #checkers = new Map<string, FrameChecker>();
  /** A gateway begins its channels anew with each of its lives. */
  #checkerOf(index: number): FrameChecker {
    const life = `${index} ${this.#deployment.gateways[index]?.pid}`;
    let checker = this.#checkers.get(life);
    if (checker === undefined) this.#checkers.set(life, (checker = new FrameChecker(this.ledger)));
    return checker;
  }

  #world(): World {
    return {
      deployment: this.#deployment,
      random: this.#random,
      ledger: this.ledger,
      checkpoints: this.#checkpoints,
      viewers: this.#viewers,
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
    const { ledger } = this;
    ledger.active.clear();
    ledger.active.add(fault.name);
    console.log(`${((Date.now() / 1000) % 10_000).toFixed(1)} ${fault.name}`);
    try {
      await fault.run(world);
    } catch (error) {
      ledger.violated('harness', `${fault.name} could not be injected: ${(error as Error).message}`);
      return;
    }
    ledger.injected(fault.name);
    await this.#recovered(fault.name, Date.now());
    await pause(this.#random.int(0, 1_000));
  }

  /** Until every centre is live in every gateway, with a heartbeat that was appended after the fault (I12). */
  async #recovered(fault: string, healedMs: number): Promise<void> {
    const pending = new Set(
      this.#deployment.gateways.flatMap(({ url }) =>
        CENTRES.map((centre) => `${url}/v1/snapshot?window=5m&kpi=offered&centre=${centre}`),
      ),
    );
    const limitMs = healedMs + RECOVERY_LIMIT_MS;
    let last = '';
    while (pending.size > 0 && Date.now() < limitMs) {
      for (const address of pending) {
        const text = await answerOf(address);
        const { rows: _rows, ...head } = JSON.parse(text ?? '{}') as {
          state?: string;
          watermark?: string;
          rows?: unknown;
        };
        last = `${address}: ${JSON.stringify(head)}`;
        if (head.state === 'live' && Date.parse(head.watermark ?? '') > healedMs) pending.delete(address);
      }
      await pause(50);
    }
    this.#watch.follow();
    for (const checker of this.#checkers.values()) checker.compareAgain();
    if (pending.size === 0) {
      for (const { name, url } of this.#deployment.services().filter(({ running }) => running)) {
        this.ledger.compared('I12 processes that are ready after a fault');
        const deadlineMs = Date.now() + SETTLED_TIMEOUT_MS;
        while ((await answerOf(`${url}/readyz`)) === undefined) {
          if (Date.now() > deadlineMs) {
            this.ledger.violated('I12', `${name} serves again but says it is not ready`);
            break;
          }
          await pause(50);
        }
      }
      this.ledger.recovered(fault, Date.now() - healedMs);
      return;
    }
    this.ledger.violated('I12', `not live ${RECOVERY_LIMIT_MS} ms after ${fault}: ${last}`);
  }

  /** Nothing is sent, everything is in: every figure of every centre, in every gateway. */
  async #compareAtRest(): Promise<void> {
    await this.#traffic.hold();
    try {
      await this.#recovered('being at rest', Date.now());
      await this.#log.catchUp();
      for (const { url } of this.#deployment.gateways)
        for (const centre of CENTRES) await this.#judge.atRest(url, centre);
      await this.#compareViewers();
    } catch (error) {
      this.ledger.violated('I1', `could not be compared at rest: ${(error as Error).message}`);
    } finally {
      this.#traffic.release();
    }
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
          this.ledger.violated('I7', `${viewer.who} (${viewer.feed.health().state}) ${differences[0]}`);
          break;
        }
        await pause(60);
      }
      this.ledger.compared('I7 viewers at rest');
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
    await this.#traffic.stop();
    await this.#log.catchUp();
    await this.#watch.stop();
    await this.#account();
    const step = Math.max(1, this.#shown.length / JUDGED_SCREENS);
    for (let at = 0; at < this.#shown.length; at += step) {
      const shown = this.#shown[Math.floor(at)];
      if (shown !== undefined) this.#judge.shown(shown, this.#feed);
    }
    this.#checkpoints.judge(this.#judge, JUDGED_CHECKPOINTS);
    const { ledger } = this;
    ledger.compared(
      'I5 frames received',
      this.#viewers.reduce((sum, { frames }) => sum + frames, 0),
    );
    ledger.remarks.push(
      `sent again: ${this.#traffic.retries} requests; acknowledged: ${this.#traffic.acknowledged}`,
      `records: ${this.#log.records.reduce((sum, { length }) => sum + length, 0)}, frames in Redis: ${this.#feed.frames}`,
      `connections of viewers: ${this.#viewers.reduce((sum, { connections }) => sum + connections, 0)}`,
    );
    for (const { name, failures, kills } of this.#deployment.services()) {
      if (failures.length > 0 || kills > 0)
        ledger.remarks.push(`${name}: killed ${kills} times, ended by itself ${failures.length} times`);
    }
  }

  /** read = applied + duplicate + late + future + rejected, to the event (I14). */
  async #account(): Promise<void> {
    const running = this.#deployment.aggregators.filter((service) => service.running);
    const counted = check.accountsOf(await Promise.all(running.map(async ({ url }) => await scrape(url))));
    const expected = check.sumAccounts(
      [...this.#log.events.values()].map((placed) =>
        oracleAccounts(
          placed.map(({ event }) => event),
          { config: this.#traffic.config, lateness: check.LATENESS },
        ),
      ),
    );
    const calm = this.#log.records.map((records) => applied(records, this.#traffic.config).accounts);
    for (const account of ['applied', 'duplicate', 'late', 'future'] as const) {
      this.ledger.compared('I14 accounts');
      if (counted[account] === expected[account]) continue;
      const text = `${account}: counted ${counted[account]}, in the log ${expected[account]}`;
      const undisturbed = calm.reduce((sum, each) => sum + each[account], 0);
      if (counted[account] === undisturbed) this.ledger.remark(`disputed: ${text}`);
      else this.ledger.violated('I14', `${text}, by an engine that nothing happened to ${undisturbed}`);
    }
    if (counted.rejected !== this.#log.refusals)
      this.ledger.violated('I14', `rejected: counted ${counted.rejected}, in the log ${this.#log.refusals}`);
    this.ledger.compared('I14 events', expected.read + this.#log.refusals);
  }
}
