/** The worked examples of `docs/figures.md` and its translation, computed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '@vigie/cli';
import { describe, expect, test } from 'vitest';

import { examplesOf, unknownIds, type Example, type PrintedFigure } from './figures.ts';

interface Report {
  readonly snapshots: readonly {
    readonly rows: readonly {
      readonly queue: string;
      readonly channel: string;
      readonly window: string;
      readonly kpis: Readonly<Record<string, { readonly value: number | null; readonly n?: number }>>;
    }[];
  }[];
}

/** What `vigie report` says of an example at an instant, by one of the formulas. */
async function report({ events }: Example, at: string, formula: string | undefined): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-figures-'));
  const config = join(directory, 'vigie.yaml');
  const serviceLevel = formula === undefined ? {} : { formula };
  writeFileSync(config, JSON.stringify({ channels: { voice: { serviceLevel } } }));
  let printed = '';
  try {
    const status = await main(['report', '-', '--at', at, '--config', config, '--json'], {
      out: async (text) => void (printed += text),
      err: (text) => void (printed += text),
      stdin: (async function* () {
        yield new TextEncoder().encode(events.map((event) => JSON.stringify(event)).join('\n'));
      })(),
      watched: false,
    });
    expect(status, printed).toBe(0);
    return JSON.parse(printed) as Report;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function computed(example: Example, { kpi, queue, at, formula }: PrintedFigure) {
  const { snapshots } = await report(example, at, formula);
  const row = snapshots[0]?.rows.find(
    ({ queue: name, channel, window }) =>
      name === queue &&
      window === example.window &&
      channel === (queue === '_all' ? '_all' : example.channel),
  );
  return row?.kpis[kpi];
}

describe.each(['figures.md', 'fr/figures.md'])('%s', (page) => {
  const examples = examplesOf(page);
  const cases = examples.flatMap((example, index) =>
    example.figures.map((figure) => ({
      example,
      figure,
      name: `${index + 1}: ${figure.kpi} ${figure.printed}`,
    })),
  );

  test.each(cases)('example $name', async ({ example, figure }) => {
    const found = await computed(example, figure);
    expect(found, `${figure.kpi} of ${figure.queue}`).toBeDefined();
    if (figure.value === null) expect(found?.value).toBeNull();
    else expect(found?.value?.toFixed(figure.decimals)).toBe(figure.value.toFixed(figure.decimals));
    if (figure.n !== undefined) expect(found?.n).toBe(figure.n);
  });

  test('names no figure that is not in the catalogue', () => {
    expect(unknownIds(page)).toEqual([]);
  });

  test('has examples with figures', () => {
    expect(examples.length).toBeGreaterThan(6);
    for (const { events, figures } of examples) {
      expect(events.length).toBeGreaterThan(1);
      expect(figures.length).toBeGreaterThan(1);
    }
  });
});

test('both languages tell the same examples', () => {
  const told = (page: string) =>
    examplesOf(page).map(({ events, window, figures }) => ({
      events,
      window,
      figures: figures.map(({ printed: _words, ...figure }) => figure),
    }));
  expect(told('fr/figures.md')).toEqual(told('figures.md'));
});
