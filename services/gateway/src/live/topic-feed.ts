import { isInScope, type Question, type SubscribeMessage, type TopicName } from '@vigie/contracts';
import type { OwnerAnswer, Owners, TopicItem } from '@vigie/engine';
import type { Logger } from '@vigie/service-kit';
import type { Hub, Topical } from './hub.ts';

/** How often an owner is asked for what subscribers of a topic follow, ms. */
const ASK_EVERY_MS = 1000;
/** Of open contacts the oldest, of corrections the newest. */
const MAX_ITEMS = 1000;
const NEWEST_CORRECTIONS = 100;

/** What a subscription of a topic follows. */
export interface TopicContent {
  readonly topic: TopicName;
  readonly queues: readonly string[] | undefined;
  readonly window: string;
  /** Patterns of the queues that may be seen; `undefined`: all. */
  readonly scope: readonly string[] | undefined;
}

/** The content of a subscription; lists left out mean all. */
export function topicContent(
  topic: TopicName,
  message: SubscribeMessage,
  scope?: readonly string[],
): TopicContent {
  const { queues, windows } = message;
  const isAll = queues === undefined || queues.includes('*') || queues.includes('_all');
  return { topic, queues: isAll ? undefined : [...queues].sort(), window: windows?.[0] ?? 'today', scope };
}

/** Keeps the channels of topics up to date by asking the owners of their centres, as long as somebody follows them. */
export class TopicFeed {
  readonly #owners: Owners;
  readonly #hub: Hub;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  readonly #asking = new Set<Topical>();
  failures = 0;

  constructor(owners: Owners, hub: Hub, logger: Logger) {
    this.#owners = owners;
    this.#hub = hub;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#askAll(), ASK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks at once: somebody begins to follow. */
  begin(topical: Topical): void {
    void this.#ask(topical);
  }

  #askAll(): void {
    for (const topical of this.#hub.topical()) void this.#ask(topical);
  }

  /** One question at a time for each channel. */
  async #ask(topical: Topical): Promise<void> {
    const { channel, content } = topical;
    const question = questionOf(channel.centre, content);
    if (question === undefined || this.#asking.has(topical)) return;
    this.#asking.add(topical);
    try {
      const asOfMs = channel.centre.asOfMs;
      const answer = JSON.parse(await textOf(await this.#owners.ask(question))) as Record<
        string,
        TopicItem[]
      >;
      const items = answer[content.topic] ?? [];
      const { queues, scope } = content;
      // The owner has kept to the scope; what it let through by mistake ends here.
      const seen = scope === undefined ? items : items.filter((item) => isSeen(item, scope));
      const wanted = queues === undefined ? seen : seen.filter((item) => isOfQueues(item, queues));
      channel.take(wanted, asOfMs);
    } catch (error) {
      // The state of the centre tells viewers that what they see is old.
      this.failures += 1;
      this.#logger.debug({ err: error, topic: content.topic }, 'a topic cannot be asked for');
    } finally {
      this.#asking.delete(topical);
    }
    this.#hub.flush(topical);
  }
}

function questionOf(
  { id: centre, partition }: Topical['channel']['centre'],
  { topic, window, scope }: TopicContent,
): Question | undefined {
  if (partition === undefined) return undefined;
  const of = { partition, centre, ...(scope === undefined ? {} : { scope }) };
  switch (topic) {
    case 'agents':
      return { kind: 'agents', ...of, window };
    case 'contacts':
      return { kind: 'contacts', ...of, queue: '*', limit: MAX_ITEMS };
    case 'alarms':
      return { kind: 'alarms', ...of };
    case 'corrections':
      return { kind: 'corrections', ...of, limit: NEWEST_CORRECTIONS };
  }
}

function isOfQueues(item: TopicItem, queues: readonly string[]): boolean {
  const { queue, queues: several } = item as { readonly queue?: string; readonly queues?: readonly string[] };
  return queues.some((wanted) => wanted === queue || several?.includes(wanted) === true);
}

function isSeen(item: TopicItem, scope: readonly string[]): boolean {
  const { queue, queues = [] } = item as { readonly queue?: string; readonly queues?: readonly string[] };
  return [...(queue === undefined ? queues : [queue])].some((name) => isInScope(name, scope));
}

async function textOf({ body }: OwnerAnswer): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body)
    text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
