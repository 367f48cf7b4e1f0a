import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { requireTool, startPrometheus, temporaryDirectory } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { ROOT } from '../architecture/source.ts';
import { queriesOf, type DashboardFile } from './dashboard-queries.ts';

const INFRA = join(ROOT, 'infra');
const RULES = join(INFRA, 'prometheus', 'rules');
const rules = readdirSync(RULES).map((name) => join(RULES, name));

function promtool(...args: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(requireTool('promtool'), args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('the shipped configuration and its rules are valid', () => {
  const { status, output } = promtool('check', 'config', join(INFRA, 'prometheus', 'prometheus.yml'));
  expect(status, output).toBe(0);
  expect(output).toContain(`${rules.length} rule files found`);
});

test('the rules fire when they should and only then', () => {
  const { status, output } = promtool('test', 'rules', join(INFRA, 'prometheus', 'rules.test.yml'));
  expect(status, output).toBe(0);
});

test('every rule file has cases in the rule tests', () => {
  const cases = readFileSync(join(INFRA, 'prometheus', 'rules.test.yml'), 'utf8');
  const alerts = rules.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/alert: (\w+)/g)].map(([, name]) => name),
  );
  expect(alerts.length).toBeGreaterThan(3);
  for (const alert of alerts) expect(cases).toContain(`alertname: ${alert}\n`);
});

test('a real Prometheus loads the rules and raises no alarm when there is nothing to watch', async () => {
  const prometheus = await startPrometheus({ scrape: [], rules });
  try {
    const answer = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
      readonly data: { readonly groups: readonly { readonly name: string }[] };
    };
    expect(answer.data.groups.map(({ name }) => name).sort()).toEqual([
      'vigie-pipeline',
      'vigie-service-level',
    ]);
    expect(await prometheus.firing()).toEqual([]);
  } finally {
    await prometheus.stop();
  }
});

test('every query of every dashboard is one that Prometheus understands', async () => {
  const folder = join(INFRA, 'grafana', 'dashboards');
  const boards = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as DashboardFile,
  );
  const queries = boards.flatMap((board) => queriesOf(board).map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(100);
  const file = join(await temporaryDirectory('dashboards'), 'queries.yml');
  const asRules = queries.map((expr, index) => ({ record: `query_${index}`, expr }));
  // JSON is YAML
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboards', rules: asRules }] }));
  const { status, output } = promtool('check', 'rules', file);
  expect(status, output).toBe(0);
});
