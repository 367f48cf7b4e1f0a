/**
 * What a benchmark answers, and how it is shown. Nothing here fails: a figure beside its goal is read by people.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {readonly number[]} rounds one value a round
 * @property {string} unit `ratio` for what was divided by a reference of the same run
 * @property {{ readonly atLeast?: number, readonly atMost?: number }} [goal]
 *
 * @typedef {object} Report
 * @property {readonly Figure[]} figures
 * @property {readonly string[]} [notes]
 *
 * @typedef {object} Settings
 * @property {number} rounds
 * @property {number} scale share of the usual amount of work, 1 by default
 * @property {number | null} soakMinutes how long the wall is watched at the pace of a real centre; `null`: briefly, at a greater one
 * @property {(text: string) => void} say progress, to standard error
 */
import { cpus, totalmem } from 'node:os';

import { median, short } from './numbers.mjs';

/** @param {Figure} figure @returns {boolean | undefined} */
export function meets({ rounds, goal }) {
  if (goal === undefined) return undefined;
  const value = median(rounds);
  return (
    (goal.atLeast === undefined || value >= goal.atLeast) &&
    (goal.atMost === undefined || value <= goal.atMost)
  );
}

/** @param {string} name @param {Report} report */
export function asText(name, { figures, notes = [] }) {
  const rows = figures.map((figure) => {
    const { goal, rounds, unit } = figure;
    const spread = rounds.length > 1 ? `${short(Math.min(...rounds))} to ${short(Math.max(...rounds))}` : '';
    const wanted =
      goal === undefined ? '' : `${goal.atLeast === undefined ? '≤' : '≥'} ${goal.atLeast ?? goal.atMost}`;
    const verdict = meets(figure) === undefined ? '' : meets(figure) ? 'met' : 'MISSED';
    return [figure.name, `${short(median(rounds))} ${unit}`, spread, wanted, verdict];
  });
  const table = [['', 'median', 'rounds', 'goal', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
  return [`── ${name}`, ...lines, ...notes, ''].join('\n');
}

/** The machine, for whoever compares absolute figures. */
export function machine() {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
}
