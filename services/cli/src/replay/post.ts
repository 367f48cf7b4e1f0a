import { FailedError } from '../errors.ts';

/** What the service made of the events of one request. */
export interface PostResult {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly reason: string }[];
}

/** The world as far as posting needs it; tests give another. */
export interface PostWorld {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Told each failure that will be tried again. */
  readonly onRetry: (reason: string) => void;
}

/** A service that takes nothing for so long is given up. */
export const GIVE_UP_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5000;
/** The service is not ours: a longer answer is not shown. */
const MAX_DETAIL_CHARACTERS = 300;

/** Where a service takes events; `isHistory`: at their own times. */
export function eventsUrl(to: string, isHistory = false): string {
  return `${to.replace(/\/+$/, '')}/v1/events${isHistory ? '?import=true' : ''}`;
}

/**
 * Posts lines to `POST /v1/events` (see {@link eventsUrl}) until they are taken. Connection errors and answers that may pass (503 and the like)
 * are tried again, after `Retry-After` if it is told, for {@link GIVE_UP_MS} at the most; then, and at once for what no
 * repetition mends, throws {@link FailedError}. Sending twice does no harm: events are told apart by what they say.
 */
export async function postLines(
  url: string,
  lines: readonly string[],
  world: PostWorld,
): Promise<PostResult> {
  const began = world.clock();
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
    const outcome = await attempt(url, lines, world);
    if ('result' in outcome) return outcome.result;
    const waitMs = outcome.retryAfterMs ?? backoffMs;
    if (world.clock() - began + waitMs > GIVE_UP_MS)
      throw new FailedError(`${outcome.reason}: given up after ${GIVE_UP_MS / 1000} s`);
    world.onRetry(outcome.reason);
    await world.pause(waitMs);
  }
}

/** Posts lines once. Throws {@link FailedError} when they were not taken, whatever the reason. */
export async function postOnce(
  url: string,
  lines: readonly string[],
  world: Pick<PostWorld, 'fetch'>,
): Promise<PostResult> {
  const outcome = await attempt(url, lines, world);
  if ('result' in outcome) return outcome.result;
  throw new FailedError(outcome.reason);
}

type Outcome =
  { readonly result: PostResult } | { readonly reason: string; readonly retryAfterMs: number | undefined };

async function attempt(
  url: string,
  lines: readonly string[],
  world: Pick<PostWorld, 'fetch'>,
): Promise<Outcome> {
  let response: Response;
  let text: string;
  try {
    response = await world.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly message?: string } };
    return { reason: `${url} cannot be reached (${cause?.message ?? message})`, retryAfterMs: undefined };
  }
  const { status } = response;
  const result = status === 202 || status === 400 ? resultIn(text) : undefined;
  if (result !== undefined) return { result };
  const reason = `${url} answered ${status}: ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
  if (status < 500 && status !== 408 && status !== 429) throw new FailedError(reason);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return { reason, retryAfterMs: Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined };
}

function resultIn(text: string): PostResult | undefined {
  try {
    const { accepted = 0, rejected = [] } = JSON.parse(text) as Partial<PostResult>;
    const isResult =
      typeof accepted === 'number' && Array.isArray(rejected) && accepted + rejected.length > 0;
    return isResult ? { accepted, rejected } : undefined;
  } catch {
    return undefined;
  }
}
