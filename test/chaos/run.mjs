/**
 * `npm run chaos -- [--seed N] [--minutes N] [--least FAULTS] [--faults F1,F8,…] [--times judged|told]`: real processes on a real Kafka and a real Redis, faults
 * of chance, and an independent count that judges what was shown. The same seed injects the same faults again. Exit
 * status 0: not one difference, and enough was injected and compared.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
    minutes: { type: 'string', default: '10' },
    faults: { type: 'string', default: '' },
    least: { type: 'string', default: '1' },
    times: { type: 'string', default: 'judged' },
  },
});
const env = {
  ...process.env,
  CHAOS_SEED: values.seed,
  CHAOS_MINUTES: values.minutes,
  CHAOS_FAULTS: values.faults,
  CHAOS_LEAST: values.least,
  CHAOS_TIMES: values.times,
};
const run = (program, ...args) => {
  const { status } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
console.log(`seed ${values.seed}, ${values.minutes} minutes`);
run('npm', 'run', '--silent', 'build');
run(join('node_modules', '.bin', 'vitest'), 'run', '--project', 'chaos');
