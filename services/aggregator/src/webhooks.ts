import { createHmac } from 'node:crypto';
import type { WebhookSetting } from '@vigie/contracts';
import type { DueNotice, LiveCentre } from '@vigie/engine';
import type { Logger, MetricFamily } from '@vigie/service-kit';

/** Every bound of telling webhooks; what is due is told again and again, so that nothing queues up. */
export const WEBHOOK_LIMITS = {
  lookEveryMs: 1000,
  /** An answer that has not come by then is a failure. */
  timeoutMs: 10_000,
  firstRetryMs: 1000,
  maxRetryMs: 300_000,
  /** Requests under way; others wait for the next look. */
  atOnce: 8,
} as const;

interface Attempt {
  failures: number;
  notBeforeMs: number;
  underWay: boolean;
}

export interface WebhookOptions {
  readonly settings: readonly WebhookSetting[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Centres whose figures are vouched for here, now. */
  readonly centres: () => Iterable<LiveCentre>;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly fetch?: typeof fetch;
}

/**
 * Tells webhooks what alarms have become. What each took last is kept with the alarm, in the checkpoint: after a crash,
 * or a long time of not being reached, a webhook is told how things stand now, at least once, and nothing that is over.
 */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #attempts = new Map<string, Attempt>();
  readonly #timer: NodeJS.Timeout;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #told = new Map<string, { delivered: number; failed: number }>();

  constructor(options: WebhookOptions) {
    this.#options = options;
    for (const { name } of options.settings) this.#told.set(name, { delivered: 0, failed: 0 });
    this.#timer = setInterval(() => this.look(), WEBHOOK_LIMITS.lookEveryMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  /** Tells what is due, as far as nobody is just doing so and no pause has to be kept. */
  look(): void {
    const nowMs = this.#options.clock();
    const due = new Set<string>();
    for (const centre of this.#options.centres()) {
      for (const notice of centre.alarms.due()) {
        const key = `${notice.webhook}\n${centre.name}\n${notice.alarm.id}`;
        due.add(key);
        const attempt = this.#attempts.get(key) ?? { failures: 0, notBeforeMs: 0, underWay: false };
        this.#attempts.set(key, attempt);
        if (attempt.underWay || nowMs < attempt.notBeforeMs) continue;
        if (this.#running.size >= WEBHOOK_LIMITS.atOnce) continue;
        attempt.underWay = true;
        const telling = this.#tell(centre, notice, attempt).finally(() => {
          attempt.underWay = false;
          this.#running.delete(telling);
        });
        this.#running.add(telling);
      }
    }
    for (const [key, { underWay }] of this.#attempts)
      if (!underWay && !due.has(key)) this.#attempts.delete(key);
  }

  *families(): Generator<MetricFamily> {
    if (this.#told.size === 0) return;
    yield {
      name: 'vigie_webhook_deliveries_total',
      help: 'Attempts to tell a webhook what an alarm has become, by outcome.',
      type: 'counter',
      samples: [...this.#told].flatMap(([webhook, counts]) =>
        Object.entries(counts).map(([outcome, value]) => ({ value, labels: { webhook, outcome } })),
      ),
    };
    yield {
      name: 'vigie_webhook_due',
      help: 'Changes of alarms that webhooks have not taken yet.',
      type: 'gauge',
      samples: [{ value: this.#attempts.size }],
    };
  }

  async #tell(centre: LiveCentre, notice: DueNotice, attempt: Attempt): Promise<void> {
    const { settings, logger, clock } = this.#options;
    const setting = settings.find(({ name }) => name === notice.webhook);
    const counts = this.#told.get(notice.webhook);
    if (setting === undefined || counts === undefined) return;
    const { alarm } = notice;
    const what = { webhook: setting.name, alarm: alarm.id, state: alarm.state };
    try {
      await this.#post(setting, centre.name, notice);
      centre.alarms.told(alarm.id, setting.name, alarm.state);
      counts.delivered += 1;
      attempt.failures = 0;
      logger.info(what, 'a webhook was told of an alarm');
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      counts.failed += 1;
      const pauseMs = Math.min(
        WEBHOOK_LIMITS.maxRetryMs,
        WEBHOOK_LIMITS.firstRetryMs * 2 ** Math.min(attempt.failures, 20),
      );
      attempt.failures += 1;
      attempt.notBeforeMs = clock() + pauseMs;
      const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
      logger.warn({ ...what, reason: cause?.code ?? message, retryMs: pauseMs }, 'a webhook was not reached');
    }
  }

  async #post({ url, secretEnv }: WebhookSetting, centre: string, notice: DueNotice): Promise<void> {
    const { alarm, was } = notice;
    const body = JSON.stringify({ type: 'vigie.alarm', centre, was, ...alarm });
    // the same change has the same id, however often it is told
    const id = `${centre}:${alarm.id}:${alarm.state}:${alarm.since ?? ''}`;
    const seconds = Math.floor(this.#options.clock() / 1000);
    const { fetch: send = fetch, env } = this.#options;
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed(id, seconds, body, env[secretEnv] ?? '') },
      body,
      redirect: 'error',
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(WEBHOOK_LIMITS.timeoutMs)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }
}

/** Headers of Standard Webhooks: the HMAC-SHA256 of id, second and body, so that nothing of them can be another's. */
export function signed(
  id: string,
  seconds: number,
  body: string,
  secret: string,
): Readonly<Record<string, string>> {
  const safeId = encodeURIComponent(id);
  const mac = createHmac('sha256', secret).update(`${safeId}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': safeId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${mac}`,
  };
}
