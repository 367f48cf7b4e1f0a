import { readFileSync } from 'node:fs';
import { checkConfiguration, SYSTEM_SOURCE } from '@vigie/contracts';
import { expect, test } from 'vitest';
import type { StoredCheckpoint } from '../ports/checkpoint-store.ts';
import { PartitionProcessor } from '../processor/partition.ts';
import { restoreCheckpoint } from './checkpoint.ts';
import { CHECKPOINT_FORMAT, CheckpointFormatError, CheckpointNewerError } from './envelope.ts';
import { windowSpecs } from '../query/window-spec.ts';

/** A checkpoint as the version of its format wrote it, and the records that it was made of. */
interface Sample {
  readonly format: number;
  readonly records: readonly string[];
  readonly head: string;
  readonly pages: Readonly<Record<string, string>>;
  readonly deltas: readonly { readonly seq: number; readonly bytes: string }[];
}

const FORMATS = Array.from({ length: CHECKPOINT_FORMAT }, (_, index) => index + 1);
const NOW = Date.parse('2026-11-21T10:00:00Z');
const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { semantic, presentation, windows, limits } = checked.configuration;

function sampleOf(format: number): Sample {
  const place = new URL(`../../test-data/checkpoints/format-${format}.json`, import.meta.url);
  return JSON.parse(readFileSync(place, 'utf8')) as Sample;
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

function storedOf({ head, pages, deltas }: Sample): StoredCheckpoint {
  return {
    head: bytesOf(head),
    pages: new Map(Object.entries(pages).map(([index, bytes]) => [Number(index), bytesOf(bytes)])),
    deltas: deltas.map(({ seq, bytes }) => ({ seq, bytes: bytesOf(bytes) })),
  };
}

function fresh(): PartitionProcessor {
  const options = {
    ...{ partition: 0, base: semantic, presentation, limits, systemSource: SYSTEM_SOURCE },
    windows: windowSpecs({ windows }),
    retainMs: 30 * 3_600_000,
  };
  return new PartitionProcessor(options, NOW - 700_000);
}

test.each(FORMATS)('of format %i there is a sample, as its version wrote it', (format) => {
  const sample = sampleOf(format);
  const blobs = [...Object.values(sample.pages), ...sample.deltas.map(({ bytes }) => bytes), sample.head];
  expect(blobs.map((blob) => bytesOf(blob)[0])).toEqual(blobs.map(() => format));
});

test.each(FORMATS.slice(0, -1))('format %i is told as an older one, to be rebuilt', (format) => {
  const read = (): number => restoreCheckpoint(fresh(), storedOf(sampleOf(format)));
  expect(read).toThrow(CheckpointFormatError);
  expect(read).not.toThrow(CheckpointNewerError);
  expect(read).toThrow(`the checkpoint has format ${format}, this version reads ${CHECKPOINT_FORMAT}`);
});

test('the format of today is restored to what its records make', () => {
  const sample = sampleOf(CHECKPOINT_FORMAT);
  const restored = fresh();
  expect(restoreCheckpoint(restored, storedOf(sample))).toBe(sample.deltas.length);
  const rebuilt = fresh();
  for (const [index, lines] of sample.records.entries()) {
    const value = new TextEncoder().encode(lines);
    rebuilt.applyRecord({ offset: BigInt(index), key: 'default', value });
  }
  for (const processor of [restored, rebuilt]) processor.advance(NOW);
  const figuresOf = (processor: PartitionProcessor): unknown => {
    const { facts, timeline, counters } = processor.centre('default');
    return Array.from({ length: facts.groups.size }, (_, group) => ({
      name: facts.groups.nameOf(group),
      levels: [...timeline.group(group).present.levels],
      counts: Object.fromEntries(counters.of(group).counts),
    })).sort((a, b) => JSON.stringify(a.name).localeCompare(JSON.stringify(b.name)));
  };
  expect(figuresOf(restored)).toEqual(figuresOf(rebuilt));
  expect(restored.accounts).toEqual({ applied: 6, duplicate: 0, late: 0, future: 0, rejected: 0 });
  expect(restored.nextOffset).toBe(3n);
});
