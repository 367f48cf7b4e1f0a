/**
 * `npm test`: everything that must hold before a change lands, on a machine with nothing but Node and npm.
 * Fetches what the tests need, then type check, lint, format, unit tests, build, tests on real servers, a short campaign
 * of faults. Goes on after a failure, so that one run shows all of them. Its last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installPrerequisites } from './prerequisites.mjs';
import { addTallies, failuresOf, readTally } from './tally.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
if (!existsSync('node_modules')) {
  console.error('node_modules is missing: run `npm install` first');
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), 'vigie-run-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const bin = (name) => join('node_modules', '.bin', name);
const outcomes = [];

/** Runs a step and remembers how it went; a step is a command, or a function that throws when it fails. */
async function step(name, action) {
  console.log(`\n── ${name}`);
  const began = performance.now();
  const problem = await action().catch((error) => error.message);
  if (problem !== undefined) console.error(problem);
  outcomes.push({ name, problem, seconds: (performance.now() - began) / 1000 });
  return problem === undefined;
}

const command =
  (program, ...args) =>
  async () => {
    const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit' });
    if (error !== undefined) throw new Error(`${program} could not be run: ${error.message}`);
    return status === 0 ? undefined : `${program} ended with ${status ?? signal}`;
  };

/** A vitest project, or those of its files that are named, with its results in a file as well as on the screen. */
async function tests(project, ...files) {
  const file = join(scratch, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await step(
    `tests: ${project}`,
    command(bin('vitest'), 'run', '--project', project, ...files, ...reporters),
  );
  return readTally(file);
}

await step('type check', command('npm', 'run', '--silent', 'typecheck'));
if (!(await step('prerequisites', installPrerequisites))) process.exit(1);
await step('lint', command('npm', 'run', '--silent', 'lint'));
await step('format', command('npm', 'run', '--silent', 'format:check'));
const unit = await tests('unit');
await step('build', command('npm', 'run', '--silent', 'build'));
const servers = await tests('servers');

// the crash points of separate processes take minutes: they are part of `npm run chaos`
const chaos = await tests('chaos', 'test/chaos/campaign');

const tally = addTallies(unit, servers, chaos);
for (const failed of [unit, servers, chaos].flatMap(({ names }) => names)) {
  console.log(`\nFAILED TEST ${failed}`);
}
console.log();
for (const { name, problem, seconds } of outcomes) {
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
}
const failures = [
  ...outcomes.filter(({ problem }) => problem !== undefined).map(({ name }) => name),
  ...failuresOf(tally),
];
if (failures.length > 0) console.log(`failed: ${failures.join('; ')}`);
process.exitCode = failures.length > 0 ? 1 : 0;
console.log(`${tally.passed} passed, ${tally.failed} failed`);
