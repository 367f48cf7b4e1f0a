import type { CanonicalEvent } from '@vigie/contracts';

import { type Post, RefusedError } from './play.ts';

/** A request without an answer for this long has failed. */
const REQUEST_TIMEOUT_MS = 30_000;
/** The target is not ours: a longer answer is not read. */
const MAX_DETAIL_CHARACTERS = 500;

export interface HttpPostOptions {
  /** Address of a running Vigie or of its ingest, with or without a final slash. */
  readonly to: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly key?: string;
  /** Events that the target refused: they are not sent again. */
  readonly onRejected?: (rejected: readonly unknown[]) => void;
}

/** Posts to `POST /v1/events` as lines. Rejects with {@link RefusedError} when the target won't take any such request. */
export function httpPost({ to, key, onRejected }: HttpPostOptions): Post {
  const url = `${to.replace(/\/+$/, '')}/v1/events`;
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  return async (events: readonly CanonicalEvent[]) => {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: events.map((event) => JSON.stringify(event)).join('\n'),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    const rejected = rejectedIn(text);
    if (response.status === 202 || (response.status === 400 && rejected !== undefined)) {
      if (rejected !== undefined && rejected.length > 0) onRejected?.(rejected);
      return;
    }
    const message = `${url} answered ${response.status}: ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
    const mayPass = response.status >= 500 || response.status === 408 || response.status === 429;
    throw mayPass ? new Error(message) : new RefusedError(message);
  };
}

function rejectedIn(text: string): readonly unknown[] | undefined {
  try {
    const { rejected } = JSON.parse(text) as { readonly rejected?: unknown };
    return Array.isArray(rejected) ? rejected : undefined;
  } catch {
    return undefined;
  }
}
