import { createHash } from 'node:crypto';
import { formatInstant, type CanonicalEvent } from '@vigie/contracts';
import { parseLine, type InstantsOf } from '../asterisk-queue-log/line.ts';
import {
  QueueLogMapper,
  type LineFate,
  type MappedLine,
  type QueueLogCounts,
  type QueueLogState,
} from '../asterisk-queue-log/mapper.ts';
import type { QueueLogOptions } from '../asterisk-queue-log/options.ts';
import { persist, systemClock, type FollowClock } from './clock.ts';
import { LineFollower, type LineGap } from './line-follower.ts';
import { MAX_LINE_BYTES, type WholeLine } from './lines.ts';
import type { FilePosition } from './tailed-file.ts';

/** What a later follower needs to go on; JSON-safe. */
export interface QueueLogPosition {
  readonly version: 1;
  readonly file: FilePosition;
  /** When the file had been read to its end last; bounds what may have been missed. */
  readonly seenEndMs: number;
  readonly mapper: QueueLogState;
}

export interface QueueLogBatch {
  readonly events: readonly CanonicalEvent[];
  /** Where to go on after this batch; only valid to be called before the promise of `onEvents` settles. */
  position(): QueueLogPosition;
}

/** A line that was meant to say something and could not be read. */
export interface RejectedLine {
  readonly file: string;
  /** From 1 in the file, where lines are numbered (a recording); a follower numbers what it has read since its start. */
  readonly line: number;
  readonly reason: LineFate;
  readonly detail: string;
}

/** `QueueLogOptions` but for the hash, which is SHA-256. */
export type QueueLogSettings = Omit<QueueLogOptions, 'hash'>;

export interface FollowQueueLogOptions extends QueueLogSettings {
  readonly file: string;
  /**
   * Gets the events in order, a batch at a time. Nothing more is read until it resolves; when it rejects, the same
   * batch is offered again after 0.1 s, 0.2 s, … 5 s.
   */
  readonly onEvents: (batch: QueueLogBatch) => Promise<void>;
  readonly onRejected?: (line: RejectedLine) => void;
  readonly signal: AbortSignal;
  /** What an earlier follower's last accepted batch told; anything else is taken for a first start. */
  readonly position?: unknown;
  /** At a first start older lines are passed over and counted as `late`. Default 24 h. */
  readonly allowedLatenessMs?: number;
  /** How often the file is looked at. Default 100 ms. */
  readonly pollMs?: number;
  readonly clock?: FollowClock;
}

export interface QueueLogFollower {
  /** Settles when the signal is aborted; rejects only on a fault of the program. */
  readonly done: Promise<void>;
  /** Everything the PBX wrote up to this instant has been accepted; `undefined` until the end was first seen. */
  upTo(): number | undefined;
  /** File being read; `undefined` while there is none. */
  path(): string | undefined;
  /** What keeps it from going on right now. */
  fault(): string | undefined;
  counts(): QueueLogCounts;
}

const DEFAULT_POLL_MS = 100;
const DEFAULT_LATENESS_MS = 24 * 3600 * 1000;
const HASH_CHARACTERS = 32;

/** The hash that ids are made of: 128 bits of SHA-256. */
export function idHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}

/** Time of a line of `queue_log`, milliseconds since 1970. */
export function lineTimeMs(text: string, instantsOf?: InstantsOf): number | undefined {
  const parsed = parseLine(text, instantsOf);
  return parsed.ok ? Math.round(parsed.line.epochSeconds * 1000) : undefined;
}

/** Maps a whole line, or accounts for one that was too long to be kept. */
export function mapWhole(mapper: QueueLogMapper, line: WholeLine): MappedLine {
  return line === undefined
    ? mapper.drop('too_long', `longer than ${MAX_LINE_BYTES} bytes`)
    : mapper.map(line);
}

/**
 * Follows a `queue_log` and hands over its events. Begins where `position` says, lines written meanwhile included, be
 * they in rotated files; without one with the lines of the last `allowedLatenessMs`, rotated files included. Lines that
 * can't be had any more are told as one `source.gap`.
 */
export function followQueueLog(options: FollowQueueLogOptions): QueueLogFollower {
  const { file, onEvents, onRejected, signal, clock = systemClock, pollMs = DEFAULT_POLL_MS } = options;
  const resume = asPosition(options.position);
  const mapper = new QueueLogMapper({ ...options, hash: idHash }, resume?.mapper);
  const firstStartMs = clock.now() - (options.allowedLatenessMs ?? DEFAULT_LATENESS_MS);
  let fault: string | undefined;
  let lineNumber = 0;
  let lastPosition = resume?.file;
  let coveredMs = resume?.seenEndMs ?? 0;

  const lineTime = (line: string): number | undefined => lineTimeMs(line, options.instantsOf);
  const sayFault = (error: unknown): void => {
    fault = textOf(error);
  };
  const tell = ({ rejected }: MappedLine): void => {
    if (rejected !== undefined) onRejected?.({ file: lines.path ?? file, line: lineNumber, ...rejected });
  };
  const hand = async (events: readonly CanonicalEvent[], at: FilePosition | undefined): Promise<void> => {
    lastPosition = at;
    if (events.length === 0) return;
    const position = (): QueueLogPosition => ({
      version: 1,
      file: at ?? { inode: '', offset: 0, fingerprint: '' },
      seenEndMs: Math.max(lines.coveredMs, coveredMs),
      mapper: mapper.state(),
    });
    const attempt = async (): Promise<void> => {
      await onEvents({ events, position });
      fault = undefined;
    };
    await persist(attempt, { clock, signal, onFailure: sayFault });
  };
  const mapOne = (line: WholeLine): readonly CanonicalEvent[] => {
    lineNumber += 1;
    const timeMs = line === undefined ? undefined : lineTime(line);
    const isLate = resume === undefined && timeMs !== undefined && timeMs < firstStartMs;
    const mapped = isLate ? mapper.passOver(line ?? '') : mapWhole(mapper, line);
    tell(mapped);
    coveredMs = Math.max(coveredMs, timeMs ?? 0);
    return mapped.events;
  };
  const lines = new LineFollower({
    file,
    ...(resume === undefined ? {} : { resume: { position: resume.file, seenEndMs: resume.seenEndMs } }),
    notBeforeMs: firstStartMs,
    lineTime,
    onLines: async (whole, position) => {
      await hand(whole.flatMap(mapOne), position);
    },
    onGap: async (gap) => hand([gapEvent(options, gap)], lastPosition),
    onHalfLine: (bytes) => {
      lineNumber += 1;
      tell(mapper.drop('half_line', `${bytes} bytes without a line end`));
    },
    clock,
    signal,
    pollMs,
  });
  return {
    done: lines.run(),
    upTo: () => lines.seenEndMs,
    path: () => lines.path,
    fault: () => fault ?? (lines.fault === undefined ? undefined : textOf(lines.fault)),
    counts: () => mapper.counts,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function gapEvent({ source, centre }: QueueLogSettings, { fromMs, toMs }: LineGap): CanonicalEvent {
  const from = formatInstant(fromMs);
  const to = formatInstant(toMs);
  return {
    specversion: '1.0',
    id: idHash(JSON.stringify([source, 'gap', from, to])),
    source,
    type: 'vigie.source.gap',
    time: to,
    subject: '*',
    ...(centre === undefined ? {} : { centre }),
    data: { from, to, cause: 'rotated' },
  };
}

/** A position as an earlier run gave it, after a way through JSON; anything else is none. */
function asPosition(value: unknown): QueueLogPosition | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, file, seenEndMs, mapper } = value as Partial<QueueLogPosition>;
  if (version !== 1 || typeof seenEndMs !== 'number') return undefined;
  if (typeof file?.inode !== 'string' || typeof file.fingerprint !== 'string') return undefined;
  if (!Number.isSafeInteger(file.offset) || file.offset < 0) return undefined;
  return Array.isArray(mapper?.calls?.open) ? { version, file, seenEndMs, mapper } : undefined;
}
