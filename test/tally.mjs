/** What a run of vitest amounted to, from the file of its json reporter. */
import { existsSync, readFileSync } from 'node:fs';

/** A file that could not even be loaded counts as one failed test: it must not vanish from the sum. */
export function tallyOf(results) {
  const brokenFiles = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + brokenFiles,
    skipped: results.numPendingTests + (results.numTodoTests ?? 0),
  };
}

/**
 * Each failed test: its file, its full name and the first lines of why. A run prints thousands of lines, and who reads only
 * its end must see what failed.
 */
export function namesOfFailed(results) {
  return results.testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${name}: ${firstLines(message)}`];
    return failed.map((test) => {
      return `${name} > ${test.fullName}: ${firstLines(test.failureMessages.join('\n'))}`;
    });
  });
}

function firstLines(message = '') {
  return message.split('\n').slice(0, 6).join('\n    ').slice(0, 1_000);
}

/** Without a file the run itself broke off: one failure, whatever it was. */
export function readTally(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, names: [] };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  return { ...tallyOf(results), names: namesOfFailed(results) };
}

export function addTallies(...tallies) {
  const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** Why a run with this tally has failed; nothing when it has not. */
export function failuresOf({ passed, failed, skipped }) {
  return [
    ...(failed > 0 ? [`${failed} tests`] : []),
    ...(passed + failed === 0 ? ['no test ran'] : []),
    ...(skipped > 0 ? [`${skipped} tests were skipped: a test runs, or it is deleted`] : []),
  ];
}
