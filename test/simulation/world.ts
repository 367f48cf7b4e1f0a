import { start as startAggregator } from '@vigie/aggregator';
import { checkConfiguration, SYSTEM_SOURCE, type Configuration } from '@vigie/contracts';
import type { CentrePlan, StoredCheckpoint } from '@vigie/engine';
import { planner } from '@vigie/gateway';
import { createHealth, createLogger, createMetrics, type ServiceContext } from '@vigie/service-kit';
import { seeded, type Random } from '@vigie/testkit/generator';
import type { OracleEvent } from '@vigie/testkit/oracle';

import { makeStory, type Story } from '../integration/exactness/story.ts';
import { Auditor } from './auditor.ts';
import { RedisLink } from './links.ts';
import { Scheduler, SimProcess } from './scheduler.ts';
import { SimClient, SimGateway } from './sim-gateway.ts';
import { SimLog } from './sim-log.ts';
import { SimRedis } from './sim-redis.ts';

export const CENTRE = 'default';
const START_MS = Date.parse('2026-11-20T10:00:00Z');
/** Some of the story lies this far ahead: it becomes due while the schedule runs. */
const FUTURE_MS = 50_000;
const HEARTBEAT_MS = 2_000;
const SUPERVISOR_MS = 400;
const encoder = new TextEncoder();
const logger = createLogger({ name: 'simulation', level: 'silent' });

/** A running aggregator or gateway, and its way to the store. */
export interface Running {
  readonly process: SimProcess;
  readonly link: RedisLink;
}

/** A whole deployment in one thread: two aggregators, a gateway, two viewers, one partition of the log, one store. */
export class SimWorld {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly redis = new SimRedis();
  readonly log: SimLog;
  readonly auditor: Auditor;
  readonly story: Story;
  readonly configuration: Configuration;
  readonly plan: CentrePlan;
  readonly aggregators: Running[] = [];
  gateway!: Running & { readonly sim: SimGateway };
  readonly clients: SimClient[] = [];
  /** Lines that are no events, put on the log. */
  poisoned = 0;
  /** Events out of the story. */
  untold = 0;
  /** Processes that ended by themselves. */
  fatal = 0;
  readonly #events: OracleEvent[] = [];
  #beating = true;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.scheduler = new Scheduler(seeded(seed + 1), START_MS);
    this.auditor = new Auditor(() => this.scheduler.nowMs);
    this.log = new SimLog(this.scheduler, seeded(seed + 2), 1);
    const story = makeStory({
      seed,
      centres: [CENTRE],
      contacts: 3,
      batches: 12,
      endMs: START_MS + FUTURE_MS,
    });
    // rows of queues that nothing happens in would only take time
    const used = new Set(story.centres[0]?.events.map(({ data }) => data.queue?.id));
    const queues = Object.entries(story.config.queues ?? {}).filter(([queue]) => used.has(queue));
    this.story = { ...story, config: { ...story.config, queues: Object.fromEntries(queues) } };
    const checked = checkConfiguration({ ...this.story.config, windows: ['15m', 'today'] } as Record<
      string,
      unknown
    >);
    if (!checked.ok) throw new Error('the configuration of the story is refused');
    this.configuration = checked.configuration;
    this.plan = planner(this.configuration)(CENTRE);
    this.redis.onAccepted = (accepted) => this.auditor.accepted(accepted);
  }

  begin(): void {
    for (const name of ['a0', 'a1']) this.aggregators.push(this.#startAggregator(name));
    this.startGateway();
    for (let n = 0; n < 2; n += 1) {
      const client = new SimClient(this.scheduler, this.random, CENTRE, () => this.gateway.sim);
      const auditor = n === 0 ? this.auditor : undefined;
      client.onMessage = (message, connection) => auditor?.sent(message, connection);
      this.clients.push(client);
    }
    const beat = (): void => {
      if (!this.#beating) return;
      const data = { sources: [] };
      this.append([
        { id: `beat-${this.scheduler.nowMs}`, source: SYSTEM_SOURCE, type: 'vigie.source.heartbeat', data },
      ]);
      this.scheduler.after(HEARTBEAT_MS, undefined, beat);
    };
    beat();
  }

  /** Sends the story to the log, in pieces, over some time. */
  tell(overMs: number): void {
    const { batches } = this.story;
    for (const batch of batches) {
      this.scheduler.after(this.random.int(0, overMs), undefined, () => {
        this.append(batch);
        this.#events.push(...batch);
      });
    }
  }

  append(events: readonly object[]): void {
    const now = new Date(this.scheduler.clock()).toISOString();
    const lines = events.map((event) =>
      JSON.stringify({ specversion: '1.0', time: now, centre: CENTRE, ...event, ingestedtime: now }),
    );
    this.log.append(0, CENTRE, encoder.encode(lines.join('\n')));
  }

  /** An event that is late, or of the future, by its own time. */
  untimely(byMs: number): void {
    const id = `untimely-${(this.untold += 1)}`;
    const time = new Date(this.scheduler.clock() + byMs).toISOString();
    const data = { contact: { id, channel: 'voice' }, queue: { id: 'sales' } };
    this.append([{ id, source: 'test://late', type: 'vigie.contact.queued', time, data }]);
  }

  poison(line: string): void {
    this.poisoned += 1;
    this.log.append(0, CENTRE, encoder.encode(line));
  }

  kill(running: Running): void {
    // a peak that was exported before it was stored dies with its process: the counter may not come to it again
    this.auditor.forgetful = true;
    running.process.alive = false;
  }

  /** Starts it anew, as whoever supervises it does. */
  restart(index: number): void {
    const before = this.aggregators[index] as Running;
    this.kill(before);
    this.aggregators[index] = this.#startAggregator(before.process.name);
  }

  startGateway(): void {
    const process = new SimProcess('gateway');
    const link = this.#link(process);
    const { plan } = this;
    const health = createHealth();
    const { scheduler } = this;
    const sim = new SimGateway({ scheduler, process, redis: link, plan, centre: CENTRE, health, logger });
    this.gateway = { process, link, sim };
  }

  /** What the store holds of the partition now, as whoever restores it would find it. */
  stored(): StoredCheckpoint | undefined {
    return this.redis.load(0);
  }

  #link(process: SimProcess): RedisLink {
    const { scheduler, redis } = this;
    return new RedisLink({ scheduler, random: this.random, process, redis });
  }

  #startAggregator(name: string): Running {
    const process = new SimProcess(name);
    const link = this.#link(process);
    const running = { process, link };
    const context: Partial<ServiceContext> = {
      configuration: this.configuration,
      logger,
      url: `http://${name}`,
      metrics: createMetrics({ defaults: false }),
      health: createHealth(),
      clock: () => this.scheduler.clock(),
    };
    const onFatal = (): void => {
      if (!process.alive) return;
      process.alive = false;
      this.auditor.forgetful = true;
      this.fatal += 1;
      this.scheduler.after(SUPERVISOR_MS, undefined, () => {
        const index = this.aggregators.indexOf(running);
        if (index >= 0) this.aggregators[index] = this.#startAggregator(name);
      });
    };
    const adapters = {
      log: this.log.portOf(process),
      checkpoints: link.checkpoints,
      feed: link.feed,
      onFatal,
    };
    this.scheduler.inside(process, () => {
      void startAggregator(context as ServiceContext, adapters);
    });
    return running;
  }
}
