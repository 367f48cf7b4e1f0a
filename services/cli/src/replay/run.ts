import { compareText, parseEvent, type CanonicalEvent } from '@vigie/contracts';
import type { InputBatch, Place } from '../input/read-events.ts';
import { planReplay, type Speed } from './plan.ts';
import { eventsUrl, postLines, type PostWorld } from './post.ts';
import { shiftEvent } from './shift.ts';

/** Of one request: well below what the service takes. */
export const MAX_BATCH_EVENTS = 1000;
export const MAX_BATCH_BYTES = 1024 * 1024;
/** The clock is looked at again at least this often, so that a step of it is followed. */
const MAX_PAUSE_MS = 1000;

export interface ReplayOptions {
  readonly to: string;
  readonly speed: Speed;
  readonly shiftToNow: boolean;
  /** The events are history: the service takes them at their own times, however old they are. */
  readonly isHistory?: boolean;
  /** Accepted events older than this are counted as `old`, ms. */
  readonly oldAfterMs?: number;
}

export interface ReplayListener {
  rejected(place: Place, reason: string): void;
  progress(posted: number, total: number): void;
}

/** `read = accepted + rejected`; events that are none are not sent. */
export interface ReplayResult {
  readonly read: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Rejected by code, as `POST /v1/events` names them; `invalid` also for those that were not sent. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Accepted, but older than `oldAfterMs`, if that was asked. */
  readonly old?: number;
}

/** An event waiting for its turn; its text, since a million parsed events fill the memory. */
interface Waiting {
  readonly timeMs: number;
  readonly sequence: string;
  readonly text: string;
  readonly place: Place;
}

/** Posts recordings in the order of event time, paced, each batch until it is taken. */
export async function replay(
  batches: AsyncIterable<InputBatch>,
  options: ReplayOptions,
  world: PostWorld,
  listener: ReplayListener,
): Promise<ReplayResult> {
  const byCode = new Map<string, number>();
  let accepted = 0;
  let rejected = 0;
  let old = 0;
  const reject = (place: Place, code: string, reason: string): void => {
    rejected += 1;
    byCode.set(code, (byCode.get(code) ?? 0) + 1);
    listener.rejected(place, reason);
  };
  const waiting = await readAll(batches, reject, listener);
  const [first] = waiting;
  const last = waiting.at(-1);
  if (first !== undefined && last !== undefined) {
    const plan = planReplay({
      firstMs: first.timeMs,
      lastMs: last.timeMs,
      startMs: world.clock(),
      speed: options.speed,
      shiftToNow: options.shiftToNow,
    });
    for (let next = 0; next < waiting.length;) {
      const aheadMs = plan.dueAt(waiting[next]!.timeMs) - world.clock();
      if (aheadMs > 0) {
        await world.pause(Math.min(aheadMs, MAX_PAUSE_MS));
        continue;
      }
      const lines: string[] = [];
      const begin = next;
      let bytes = 0;
      const now = world.clock();
      for (let event = waiting[next]; event !== undefined; event = waiting[next]) {
        const line =
          plan.shiftMs === 0 && !options.shiftToNow ? event.text : shifted(event.text, plan.shiftMs);
        const size = Buffer.byteLength(line) + 1;
        const isFull = lines.length >= MAX_BATCH_EVENTS || bytes + size > MAX_BATCH_BYTES;
        if (lines.length > 0 && (isFull || plan.dueAt(event.timeMs) > now)) break;
        lines.push(line);
        bytes += size;
        next += 1;
      }
      const result = await postLines(eventsUrl(options.to, options.isHistory), lines, world);
      accepted += result.accepted;
      const refused = new Set(result.rejected.map(({ index }) => index));
      const oldBeforeMs = now - (options.oldAfterMs ?? Number.POSITIVE_INFINITY);
      for (let index = begin; index < next; index++)
        if (waiting[index]!.timeMs < oldBeforeMs && !refused.has(index - begin)) old++;
      for (const { index, code, reason } of result.rejected)
        reject(waiting[begin + index]?.place ?? { file: options.to }, code, reason);
      listener.progress(next, waiting.length);
    }
  }
  const counts = { read: accepted + rejected, accepted, rejected, byCode: Object.fromEntries(byCode) };
  return options.oldAfterMs === undefined ? counts : { ...counts, old };
}

function shifted(text: string, byMs: number): string {
  return JSON.stringify(shiftEvent(JSON.parse(text) as CanonicalEvent, byMs));
}

async function readAll(
  batches: AsyncIterable<InputBatch>,
  reject: (place: Place, code: string, reason: string) => void,
  listener: ReplayListener,
): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for await (const { items, rejectedLines } of batches) {
    for (const { place, fault } of rejectedLines) listener.rejected(place, fault);
    for (const item of items) {
      if ('fault' in item) {
        reject(item.place, 'invalid', item.fault);
        continue;
      }
      const parsed = parseEvent(item.value);
      if (!parsed.ok) reject(item.place, parsed.rejection.code, parsed.rejection.reason);
      else {
        const { timeMs, event } = parsed.parsed;
        const text = item.text ?? JSON.stringify(event);
        waiting.push({ timeMs, sequence: event.sequence ?? '', text, place: item.place });
      }
    }
  }
  return waiting.sort((a, b) => a.timeMs - b.timeMs || compareText(a.sequence, b.sequence));
}
