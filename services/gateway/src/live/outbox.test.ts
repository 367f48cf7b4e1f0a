import { expect, test } from 'vitest';
import { Outbox } from './outbox.ts';

function* steps(name: string, count: number, done: string[]): Iterator<void> {
  for (let n = 1; n <= count; n++) {
    done.push(`${name}${n}`);
    yield;
  }
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('jobs run in their order, so many steps in a turn, and others have turns in between', async () => {
  const outbox = new Outbox(3);
  const done: string[] = [];
  outbox.add(steps('a', 4, done));
  outbox.add(steps('b', 1, done));
  expect(done).toEqual(['a1', 'a2', 'a3']);
  await nextTurn();
  expect(done).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
});

test('a job that is small runs at once', () => {
  const done: string[] = [];
  const outbox = new Outbox(3);
  outbox.add(steps('a', 2, done));
  outbox.add(steps('b', 2, done));
  expect(done).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('what is left when it stops is not run', async () => {
  const done: string[] = [];
  const outbox = new Outbox(1);
  outbox.add(steps('a', 3, done));
  outbox.stop();
  await nextTurn();
  expect(done).toEqual(['a1']);
});
