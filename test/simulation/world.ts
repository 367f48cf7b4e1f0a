import { start as startAggregator } from '@vigie/aggregator';
import { SYSTEM_SOURCE } from '@vigie/contracts';
import type { StoredCheckpoint } from '@vigie/engine';
import { createHealth, createLogger, createMetrics, type ServiceContext } from '@vigie/service-kit';
import { seeded, type Random } from '@vigie/testkit/generator';

import { Auditor } from './auditor.ts';
import { Happenings, type Happening } from './happenings.ts';
import { RedisLink } from './links.ts';
import { Scheduler, SimProcess } from './scheduler.ts';
import { SimClient, SimGateway } from './sim-gateway.ts';
import { SimLog } from './sim-log.ts';
import { SimRedis } from './sim-redis.ts';
import { NOW_MS, smallStory, type SmallStory } from './small-story.ts';

export const CENTRE = 'default';
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
  readonly happenings = new Happenings();
  readonly story: SmallStory;
  readonly aggregators: Running[] = [];
  gateway!: Running & { readonly sim: SimGateway };
  readonly clients: SimClient[] = [];
  /** Lines that are no events, put on the log. */
  poisoned = 0;
  /** Events out of the story. */
  untold = 0;
  /** Behind the last record that is no heartbeat. */
  storyEnd = 0;
  /** Processes that ended by themselves. */
  fatal = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.scheduler = new Scheduler(seeded(seed + 1), NOW_MS);
    this.auditor = new Auditor(() => this.scheduler.nowMs);
    this.log = new SimLog(this.scheduler, seeded(seed + 2), 1);
    this.story = smallStory(seed);
    this.scheduler.onUncaught = (error) =>
      this.auditor.violated('I12', `nobody caught ${error instanceof Error ? error.stack : String(error)}`);
    this.redis.onAccepted = (accepted) => this.auditor.accepted(accepted);
    this.redis.onMet = this.happenings.met;
    this.log.onMet = this.happenings.met;
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
      const data = { sources: [] };
      // heartbeats are stored seldom, and alone they change no figure
      const { storyEnd } = this;
      this.append([
        { id: `beat-${this.scheduler.nowMs}`, source: SYSTEM_SOURCE, type: 'vigie.source.heartbeat', data },
      ]);
      this.storyEnd = storyEnd;
      this.scheduler.after(HEARTBEAT_MS, undefined, beat);
    };
    beat();
  }

  /** Sends the story to the log, in pieces, over some time. */
  tell(overMs: number): void {
    const { batches } = this.story;
    for (const batch of batches) {
      this.scheduler.after(this.random.int(0, overMs), undefined, () => this.append(batch));
    }
  }

  append(events: readonly object[]): void {
    const now = new Date(this.scheduler.clock()).toISOString();
    const lines = events.map((event) =>
      JSON.stringify({ specversion: '1.0', time: now, centre: CENTRE, ...event, ingestedtime: now }),
    );
    this.#toLog(lines.join('\n'));
  }

  #toLog(text: string): void {
    this.log.append(0, CENTRE, encoder.encode(text));
    this.storyEnd = this.log.records[0]?.length ?? 0;
  }

  /** An event that is late, or of the future, by its own time. */
  untimely(byMs: number): void {
    this.happenings.met('late or future event');
    const id = `untimely-${(this.untold += 1)}`;
    const time = new Date(this.scheduler.clock() + byMs).toISOString();
    const data = { contact: { id, channel: 'voice' }, queue: { id: 'sales' } };
    this.append([{ id, source: 'test://late', type: 'vigie.contact.queued', time, data }]);
  }

  poison(line: string): void {
    this.poisoned += 1;
    this.happenings.met('poison');
    this.#toLog(line);
  }

  kill(running: Running, as: Happening): void {
    if (running.process.alive) this.happenings.met(as);
    running.process.alive = false;
  }

  /** Starts it anew, as whoever supervises it does. */
  restart(index: number): void {
    const before = this.aggregators[index] as Running;
    this.kill(before, 'aggregator killed');
    this.aggregators[index] = this.#startAggregator(before.process.name);
  }

  startGateway(): void {
    const process = new SimProcess('gateway');
    const link = this.#link(process);
    const { plan } = this.story;
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
    const { met } = this.happenings;
    return new RedisLink({ scheduler, random: this.random, process, redis, met });
  }

  #startAggregator(name: string): Running {
    const process = new SimProcess(name);
    const link = this.#link(process);
    const running = { process, link };
    const context: Partial<ServiceContext> = {
      configuration: this.story.configuration,
      logger,
      url: `http://${name}`,
      metrics: createMetrics({ defaults: false }),
      health: createHealth(),
      clock: () => this.scheduler.clock(),
    };
    const onFatal = (): void => {
      if (!process.alive) return;
      process.alive = false;
      this.happenings.met('aggregator ended by itself');
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
