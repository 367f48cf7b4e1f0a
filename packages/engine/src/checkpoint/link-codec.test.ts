import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LinkChange } from '../processor/received-links.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readLinks, writeLinks } from './link-codec.ts';

const AGENT = 'agent|ada';

function pack(links: readonly LinkChange[]): Uint8Array {
  const writer = new ByteWriter();
  writeLinks(writer, AGENT, new Map(links));
  return writer.take();
}

const unpack = (bytes: Uint8Array): readonly LinkChange[] => readLinks(new ByteReader(bytes), AGENT);

const instant = fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 });
const scalar = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  instant,
);
const told = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(fc.oneof(instant, fc.string()), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('about', 'at', 'ms', 'first', 'queue'), tie('value'), {
    noNullPrototype: true,
  }),
})).object;
const linkChanges = fc.uniqueArray(
  fc
    .tuple(fc.string(), fc.option(told))
    .map(([key, parts]): LinkChange => [key, parts === null ? null : { ...parts, target: AGENT, key }]),
  { selector: ([key]) => key },
);

test('any links come back as they were', () => {
  fc.assert(
    fc.property(linkChanges, (links) => {
      // toEqual takes a part that is undefined for one that is not there, as whoever reads links does
      expect(unpack(pack(links))).toEqual(links);
    }),
  );
});

test('what repeats from link to link takes no room', () => {
  const work = (index: number): LinkChange => {
    const key = `contact|call-1732262400.${100 + index}#0`;
    const startAt = 1_795_000_000_000 + index * 240_000;
    const times = { startAt, talkEndAt: startAt + 180_000, endAt: startAt + 200_000, acwMs: 20_000 };
    return [key, { target: AGENT, key, about: 'work', queue: 'sales', channel: 'voice', ...times } as never];
  };
  const one = pack([work(0)]).length;
  const hundred = pack(Array.from({ length: 100 }, (_, index) => work(index))).length;
  expect(one).toBeLessThan(150);
  expect((hundred - one) / 99).toBeLessThan(24);
});

test('a link that was told to somebody else is not taken', () => {
  const link = { target: 'agent|bea', key: 'k' };
  expect(() => pack([['k', link]])).toThrow('agent|ada holds a link of agent|bea as k: k');
});

test('bytes that are no links are refused', () => {
  const bytes = pack([['k', { target: AGENT, key: 'k', at: 5 } as never]]);
  expect(() => unpack(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
});
