import type { Fact } from '@vigie/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, seal, unseal } from './envelope.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readFacts, writeFacts } from './record-codec.ts';

const fact: Fact = {
  type: 'answered',
  key: 'call-1|answered|call-1/1|agent-7',
  at: 1_763_720_100_000,
  sequence: '000012',
  rank: 5,
  source: 'asterisk://pbx-1',
  id: 'e-12',
  authority: 2,
  revision: 0,
  contact: 'call-1',
  segment: 'call-1/1',
  queue: 'sales',
  agent: 'agent-7',
  channel: 'voice',
  direction: 'inbound',
  word: undefined,
  ref: undefined,
  flags: 4,
  queuedAt: 1_763_720_080_000,
  holdMs: undefined,
  wrapMs: 0,
  amount: undefined,
};

const writer = new ByteWriter();
const packFacts = (facts: readonly Fact[]): Uint8Array => {
  writeFacts(writer, 'contact|call-1', facts);
  return writer.take();
};
const unpackFacts = (bytes: Uint8Array): Fact[] => readFacts(new ByteReader(bytes), 'contact|call-1');

test('the checksum is CRC-32 as everybody has it', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(0, 0))).toBe(0);
});

test('the checksum does not depend on how many bytes are taken at a time', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, index) => (index * 167 + 13) & 0xff);
  const byteByByte = (part: Uint8Array): number => {
    let crc = -1;
    for (const byte of part) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return (crc ^ -1) >>> 0;
  };
  for (let length = 0; length <= bytes.length; length++) {
    expect(crc32(bytes.subarray(0, length))).toBe(byteByByte(bytes.subarray(0, length)));
  }
});

test('facts come back as they were, whatever their keys follow from', () => {
  const facts: Fact[] = [
    fact,
    { ...fact, type: 'queued', key: 'call-1|queued|call-1/1' },
    { ...fact, type: 'message', key: 'call-1|message|@asterisk://pbx-1|e-12' },
    { ...fact, type: 'offered', key: 'call-1|offered|offer-1', ref: 'offer-1' },
    { ...fact, type: 'held', key: 'call-1|held|agent-7|1763720100000' },
    // as long as the key of a segment, but another
    { ...fact, type: 'ended', key: 'call-1|ended|call-2/2' },
    { ...fact, type: 'noted', key: 'call-1|noted|', segment: undefined, agent: undefined },
  ];
  expect(unpackFacts(packFacts(facts))).toEqual(facts);
});

test('any facts come back as they were', () => {
  const text = fc.oneof(
    fc.constantFrom('', 'a', 'call-1', 'é😀'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const some = (values: fc.Arbitrary<string | number>) => fc.option(values, { nil: undefined });
  const ms = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger().map((value) => Math.trunc(value / 4) + 0),
    fc.double({ noNaN: true }).map((value) => value + 0),
  );
  const count = fc.nat({ max: 1000 });
  const arbitrary = fc.record({
    type: fc.constantFrom('queued', 'message', 'noted'),
    key: text,
    at: fc.integer({ min: -1e12, max: 2e12 }),
    sequence: text,
    rank: count,
    source: text,
    id: text,
    authority: count,
    revision: ms,
    contact: text,
    segment: some(text),
    queue: some(text),
    agent: some(text),
    channel: some(text),
    direction: some(text),
    word: some(text),
    ref: some(text),
    flags: count,
    queuedAt: some(fc.integer({ min: -1e12, max: 2e12 })),
    holdMs: some(ms),
    wrapMs: some(ms),
    amount: some(fc.integer({ min: -1_000_000, max: 2 ** 41 })),
  });
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 6 }), (facts) => {
      expect(unpackFacts(packFacts(facts as Fact[]))).toEqual(facts);
    }),
  );
});

test('facts come back with their fields in the same order, since contents are compared as text', () => {
  expect(JSON.stringify(unpackFacts(packFacts([fact])))).toBe(JSON.stringify([fact]));
});

test('a key that follows from the other fields takes no room', () => {
  const own = packFacts([{ ...fact, key: 'call-1|answered|call-1/1|agent-8' }]);
  expect(packFacts([fact]).length).toBeLessThan(own.length);
});

test('a blob with one bit turned is refused', () => {
  const blob = seal({ offset: '42' });
  blob[blob.length - 1]! ^= 1;
  expect(() => unseal(blob)).toThrow('checksum');
});
