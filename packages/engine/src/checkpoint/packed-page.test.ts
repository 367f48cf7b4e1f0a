import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedPage } from './packed-page.ts';

const ids = fc.constantFrom(
  'contact|a',
  'contact|b',
  'contact|é',
  'agent|1',
  'agent|12',
  'case|',
  ...numbered(40),
);
const bodies = fc.uint8Array({ maxLength: 40 });

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `contact|call-${index}`);
}

type Model = Map<string, { readonly lastAt: number; readonly body: readonly number[] }>;

function contentsOf(page: PackedPage): Model {
  return new Map(
    Array.from(
      page.recordsSince(Number.NEGATIVE_INFINITY),
      ({ id, lastAt, body }) => [id, { lastAt, body: [...body] }] as const,
    ),
  );
}

test('a page holds what was added and not taken, through any rewriting', () => {
  const add = fc.record({ id: ids, lastAt: fc.integer(), body: bodies });
  const step = fc.oneof(
    add.map((record) => ({ kind: 'add' as const, record })),
    ids.map((id) => ({ kind: 'take' as const, id })),
    fc.constant({ kind: 'rewrite' as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let page = new PackedPage();
      const model: Model = new Map();
      for (const next of steps) {
        if (next.kind === 'add') {
          const { id, lastAt, body } = next.record;
          page.add(id, lastAt, body);
          model.set(id, { lastAt, body: [...body] });
        } else if (next.kind === 'rewrite') page = new PackedPage(page.write().slice());
        else {
          const taken = page.take(next.id);
          expect(taken && [...taken.body]).toEqual(model.get(next.id)?.body);
          model.delete(next.id);
        }
        expect(page.size).toBe(model.size);
      }
      expect(contentsOf(page)).toEqual(model);
      for (const id of numbered(40)) expect(page.take(id) !== undefined).toBe(model.has(id));
    }),
  );
});

test('records whose last instant has passed are found without being unpacked', () => {
  const page = new PackedPage();
  page.add('contact|a', 10, new Uint8Array([1]));
  page.add('contact|b', 20, new Uint8Array([2]));
  page.add('contact|c', Number.NEGATIVE_INFINITY, new Uint8Array());
  expect(page.idsBefore(20)).toEqual(['contact|a', 'contact|c']);
});
