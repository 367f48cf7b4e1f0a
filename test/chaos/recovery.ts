import { setTimeout as pause } from 'node:timers/promises';

import { CENTRES, type Deployment } from './deployment.ts';
import type { Ledger } from './ledger.ts';
import { answerOf } from './watch.ts';

/**
 * Longer than this is no recovery. A session, a restart and a replay take a third of it together; the rest is for
 * machines that do much else, on which times are told and not judged.
 */
const LIMIT_MS = 180_000;
const SETTLED_TIMEOUT_MS = 60_000;

/**
 * Waits until every centre is live in every gateway, with a heartbeat that was appended after `healedMs`, and every
 * process says that it is ready (I12). Answers how long it took until the centres were live; `undefined`: they never were.
 */
export async function recovered(
  deployment: Deployment,
  ledger: Ledger,
  { what, healedMs }: { readonly what: string; readonly healedMs: number },
): Promise<number | undefined> {
  const pending = new Set(
    deployment.gateways.flatMap(({ url }) =>
      CENTRES.map((centre) => `${url}/v1/snapshot?window=5m&kpi=offered&centre=${centre}`),
    ),
  );
  const limitMs = healedMs + LIMIT_MS;
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
  if (pending.size > 0) {
    ledger.violated('I12', `not live ${LIMIT_MS} ms after ${what}: ${last}`);
    return undefined;
  }
  const tookMs = Date.now() - healedMs;
  for (const { name, url } of deployment.services().filter(({ running }) => running)) {
    ledger.compared('I12 processes that are ready after a fault');
    const deadlineMs = Date.now() + SETTLED_TIMEOUT_MS;
    while ((await answerOf(`${url}/readyz`)) === undefined) {
      if (Date.now() > deadlineMs) {
        ledger.violated('I12', `${name} serves again but says it is not ready`);
        break;
      }
      await pause(50);
    }
  }
  return tookMs;
}
