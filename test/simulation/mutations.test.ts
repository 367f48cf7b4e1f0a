import { join } from 'node:path';

import { repositoryRoot, temporaryDirectory } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { undisturbed } from '../chaos/engine.ts';
import { mutant } from './bundle.ts';
import { MUTATIONS } from './mutations.ts';

/** Schedules that a bug may hide from. */
const MOST_SCHEDULES = 1_000;

test.each(MUTATIONS)(
  'a known bug is told: $name',
  async (mutation) => {
    const into = join(await temporaryDirectory('mutant'), 'simulate.mjs');
    const { simulate } = await mutant(repositoryRoot(), mutation, into);
    const all = Array.from({ length: MOST_SCHEDULES }, (_, index) => index + 1);
    for (const seed of mutation.seed === undefined ? all : [mutation.seed, ...all]) {
      const { violations } = await simulate(seed, undisturbed);
      if (violations.length > 0) return;
    }
    expect.fail(`${MOST_SCHEDULES} schedules did not tell`);
  },
  300_000,
);

test('there are at least as many known bugs as promised', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
});
