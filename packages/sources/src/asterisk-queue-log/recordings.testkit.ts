import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CanonicalEvent, EventData, EventType } from '@vigie/contracts';
import { QueueLogMapper, type QueueLogState } from './mapper.ts';
import type { QueueLogOptions } from './options.ts';

/** The recordings of a real PBX and the account of what happened in them (`fixtures/asterisk`). */
const fixtures = new URL('../../fixtures/asterisk/', import.meta.url);

export interface Truth {
  readonly agents: Readonly<
    Record<string, { interface: string; memberNames?: string[]; memberName?: string }>
  >;
  readonly fromQueueLog: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly lineCounts: Readonly<Record<string, number>>;
  readonly calls: readonly { readonly callid: string; readonly segments: readonly TruthSegment[] }[];
}
export interface TruthSegment {
  readonly queue: string;
  readonly callid?: string;
  readonly kind?: string;
  readonly consultCallOf?: string;
  readonly outcome: string;
  readonly agent?: number;
  readonly ended?: string;
  readonly enteredAt: number;
  readonly queueLogSeconds?: number | null;
  readonly queueLog?: {
    readonly outcome: string | null;
    readonly seconds?: number | null;
    readonly end?: string | null;
  };
}

export function truthOf(run: 'run-a' | 'run-b'): Truth {
  return JSON.parse(readFileSync(new URL(`${run}/truth.json`, fixtures), 'utf8')) as Truth;
}

/** Whole lines of the recording, in order; the half one at the end of run-b is left out. */
export function linesOf(run: 'run-a' | 'run-b'): string[] {
  const files = run === 'run-a' ? ['queue_log.0', 'queue_log'] : ['queue_log'];
  const text = files.map((file) => readFileSync(new URL(`${run}/${file}`, fixtures), 'utf8')).join('');
  return text.split('\n').slice(0, -1);
}

export const fixturePath = (name: string): string => new URL(name, fixtures).pathname;

export const options: QueueLogOptions = {
  source: 'asterisk://pbx/queue_log',
  hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
};

export function mapAll(
  lines: readonly string[],
  changes: Partial<QueueLogOptions> = {},
  state?: QueueLogState,
): { readonly events: CanonicalEvent[]; readonly mapper: QueueLogMapper } {
  const mapper = new QueueLogMapper({ ...options, ...changes }, state);
  return { events: lines.flatMap((line) => [...mapper.map(line).events]), mapper };
}

/** `data` of an event as the wire has it, for assertions across types. */
export type AnyData = EventData<'vigie.contact.queued'> & Readonly<Record<string, unknown>>;
export const dataOf = (event: CanonicalEvent | undefined): AnyData => event?.data as AnyData;

export const ofType = (events: readonly CanonicalEvent[], type: EventType): CanonicalEvent[] =>
  events.filter((event) => event.type === type);

export const segmentOf = (event: CanonicalEvent | undefined): string | undefined =>
  dataOf(event).contact?.segmentId;
