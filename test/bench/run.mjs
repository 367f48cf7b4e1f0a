/**
 * `npm run bench`: measures what docs/performance.md tells, from the built program. Options: `--only NAME` (may be
 * repeated), `--json FILE`, `--rounds N`, `--scale F` (share of the usual amount of work), `--soak-minutes N` (the wall is
 * watched for so long, at the pace of a real centre). Never fails over a figure.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { asText, machine } from './report.mjs';

/** Each is loaded when it runs, so that one does not sit in the memory of another. */
const BENCHMARKS = {
  aggregator: { rounds: 5, load: async () => (await import('./aggregator.mjs')).aggregator },
  broadcast: { rounds: 5, load: async () => (await import('./broadcast.mjs')).broadcast },
  checkpoints: { rounds: 6, load: async () => (await import('./checkpoints.mjs')).checkpoints },
  clients: { rounds: 3, load: async () => (await import('./clients.mjs')).clients },
  engine: { rounds: 5, load: async () => (await import('./engine.mjs')).engine },
  explain: { rounds: 5, load: async () => (await import('./explain.mjs')).explain },
  ingest: { rounds: 5, load: async () => (await import('./ingest.mjs')).ingest },
  latency: { rounds: 2, load: async () => (await import('./latency.mjs')).latency },
  pixel: { rounds: 2, load: async () => (await import('./pixel.mjs')).pixel },
  restart: { rounds: 5, load: async () => (await import('./restart.mjs')).restart },
  scrape: { rounds: 5, load: async () => (await import('./scrape.mjs')).scrape },
  startup: { rounds: 5, load: async () => (await import('./startup.mjs')).startup },
  wall: { rounds: 1, load: async () => (await import('./wall.mjs')).wall },
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    rounds: { type: 'string' },
    scale: { type: 'string' },
    'soak-minutes': { type: 'string' },
  },
});
const names = values.only ?? Object.keys(BENCHMARKS);
const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown !== undefined) {
  process.stderr.write(`--only is ${unknown}: expected one of ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exit(1);
}

const results = { machine: machine(), at: new Date().toISOString(), reports: {} };
process.stdout.write(`${JSON.stringify(results.machine)}\n\n`);
for (const name of names) {
  const { rounds, load } = BENCHMARKS[name];
  const run = await load();
  const report = await run({
    rounds: Number(values.rounds ?? rounds),
    scale: Number(values.scale ?? 1),
    soakMinutes: values['soak-minutes'] === undefined ? null : Number(values['soak-minutes']),
    say: (text) => process.stderr.write(`${name}: ${text}\n`),
  });
  results.reports[name] = report;
  process.stdout.write(`${asText(name, report)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
process.exit(0);
