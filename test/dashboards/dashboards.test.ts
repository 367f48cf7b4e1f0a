import { join } from 'node:path';

import type { Dashboard, DashboardBuilder, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { CATALOGUE } from '@vigie/metrics';
import { expect, test } from 'vitest';

import { ROOT } from '../architecture/source.ts';
import { centreDashboard, queuesDashboard } from './figures.ts';
import { pipelineDashboard } from './pipeline.ts';

const BOARDS: readonly (readonly [string, () => DashboardBuilder])[] = [
  ['centre', centreDashboard],
  ['queues', queuesDashboard],
  ['pipeline', pipelineDashboard],
];

const textOf = (make: () => DashboardBuilder): string => `${JSON.stringify(built(make), null, 2)}\n`;

/** Grafana tells panels apart by numbers, which the builder leaves out. */
function built(make: () => DashboardBuilder): Dashboard {
  const board = make().build();
  panelsOf(board).forEach((panel, index) => (panel.id = index + 1));
  return board;
}

function panelsOf({ panels = [] }: Dashboard): (Panel | RowPanel)[] {
  return panels.flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** `npx vitest run --project unit dashboards -u` writes them anew. */
test.each(BOARDS)('the dashboard %s is what the catalogue says', async (name, make) => {
  const file = join(ROOT, 'infra', 'grafana', 'dashboards', `${name}.json`);
  await expect(textOf(make)).toMatchFileSnapshot(file);
});

test('the centre shows every figure, the queues every figure that queues have', () => {
  const [centre, queues] = [textOf(centreDashboard), textOf(queuesDashboard)];
  for (const { metric, level } of CATALOGUE) {
    expect(centre).toContain(`${metric}{`);
    if (level !== 'contact') expect(queues).toContain(`${metric}{`);
  }
});

test.each(BOARDS)('the panels of %s lie beside one another', (_, make) => {
  const board = built(make);
  const shown = [
    board.panels ?? [],
    ...panelsOf(board).map((panel) => ('panels' in panel ? panel.panels : [])),
  ];
  for (const panels of shown) {
    const places = panels.map(({ gridPos }) => gridPos!);
    for (const [index, place] of places.entries()) {
      expect(place.x + place.w).toBeLessThanOrEqual(24);
      expect(places.slice(index + 1).filter((other) => overlap(place, other))).toEqual([]);
    }
  }
});
