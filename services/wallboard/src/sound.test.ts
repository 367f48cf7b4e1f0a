import { expect, test } from 'vitest';

import { type Heard, SILENCE, toneDue } from './sound.ts';

const MINUTE = 60_000;
/** What is due at each of these instants, of what is in alarm then. */
function heardAt(steps: readonly (readonly [number, string, boolean?])[]): string[] {
  let heard: Heard = SILENCE;
  return steps.map(([atMs, alarms, isQuiet]) => {
    const tone = toneDue(heard, new Set(alarms), atMs, isQuiet);
    heard = tone.heard;
    return tone.due.join('');
  });
}

test('a tone sounds once when something begins to need an act, and again when it is back', () => {
  expect(
    heardAt([
      [0, 'a'],
      [10 * MINUTE, 'a'],
      [11 * MINUTE, ''],
      [12 * MINUTE, 'a'],
    ]),
  ).toEqual(['a', '', '', 'a']);
});

test('what begins within five minutes of a tone is told when they are over, if it still stands', () => {
  expect(
    heardAt([
      [0, 'a'],
      [MINUTE, 'abc'],
      [2 * MINUTE, 'ab'],
      [5 * MINUTE - 1, 'ab'],
      [5 * MINUTE, 'ab'],
      [20 * MINUTE, 'ab'],
    ]),
  ).toEqual(['a', '', '', '', 'b', '']);
});

test('in quiet hours there is none; what still stands after them is told then', () => {
  expect(
    heardAt([
      [0, 'ab', true],
      [MINUTE, 'b', true],
      [2 * MINUTE, 'b', false],
    ]),
  ).toEqual(['', '', 'b']);
});

test('how often something begins is counted over the last hour, heard or not', () => {
  let heard: Heard = SILENCE;
  for (let minute = 0; minute <= 70; minute += 1)
    heard = toneDue(heard, new Set(minute % 10 === 0 ? 'a' : ''), minute * MINUTE, true).heard;
  expect(heard.beganMs).toHaveLength(6);
});
