import { shuffle } from '@vigie/testkit/generator';

import type { Fault } from '../fault.ts';
import { CLOCK_FAULTS } from './clocks.ts';
import { INPUT_FAULTS } from './input.ts';
import { LOG_FAULTS } from './log.ts';
import { NETWORK_FAULTS } from './network.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { PROTOCOL_FAULTS } from './protocol.ts';
import { RESOURCE_FAULTS } from './resources.ts';
import { STORE_FAULTS } from './stores.ts';
import { UPGRADE_FAULTS } from './upgrades.ts';

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...STORE_FAULTS,
  ...NETWORK_FAULTS,
  ...INPUT_FAULTS,
  ...PROTOCOL_FAULTS,
  ...LOG_FAULTS,
  ...CLOCK_FAULTS,
  ...RESOURCE_FAULTS,
  ...UPGRADE_FAULTS,
];

/** Those of the kinds (`F1`), or whose names begin so; all when nothing is said. Throws when there is none. */
export function faultsNamed(words: readonly string[]): readonly Fault[] {
  if (words.length === 0) return FAULTS;
  const chosen = FAULTS.filter(({ name }) =>
    words.some((word) => name.split(' ')[0] === word || name === word),
  );
  if (chosen.length === 0) {
    throw new Error(
      `no fault is named ${words.join()}; there are:\n${FAULTS.map(({ name }) => name).join('\n')}`,
    );
  }
  return chosen;
}

/** What `F1+F8 killed …` begins with: faults of one kind are alike. */
export const kindOf = ({ name }: Fault): string => name.split(' ')[0] ?? name;

/** An order of chance in which every kind comes once before any comes twice. */
export function inTurns(faults: readonly Fault[], seed: number): readonly Fault[] {
  const byKind = new Map<string, Fault[]>();
  for (const fault of shuffle(faults, seed))
    byKind.set(kindOf(fault), [...(byKind.get(kindOf(fault)) ?? []), fault]);
  const longest = Math.max(...[...byKind.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    [...byKind.values()].flatMap((ofKind) => ofKind[turn] ?? []),
  ).flat();
}
