import { SERVICE_LEVEL_FORMULAS, type SemanticConfig, type WhatIfQuestion } from '@vigie/contracts';
import { answer, PastFigures, type LiveCentre, type WhatIf } from '@vigie/engine';
import { randomCentre } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { configOf, contextWith, livedThrough } from './live-world.ts';

const WINDOWS = [{ name: '60m', sizeMs: 3_600_000 }];
const context = contextWith(WINDOWS);

/** A random centre whose configuration never changes, judged by `configured`. */
function lived(seed: number, configured: (config: SemanticConfig) => SemanticConfig = (config) => config) {
  const world = randomCentre({ seed });
  const events = world.events.filter(({ type }) => type !== 'vigie.config.changed');
  return livedThrough({ ...world, events }, { windows: WINDOWS, base: configured(configOf(world)) });
}

const ask = (centre: LiveCentre, asked: Partial<WhatIfQuestion>): WhatIf => {
  const question = {
    ...{ kind: 'what_if', partition: 0, centre: 'default', queue: '_all', window: '60m', ...asked },
  } as WhatIfQuestion;
  return JSON.parse([...answer(centre, question, context).text].join('')) as WhatIf;
};

test('a hypothesis shows what a configuration with those settings would have shown, and the real figures beside it', () => {
  let compared = 0;
  let different = 0;
  for (let seed = 61; seed <= 67; seed++) {
    const formula = SERVICE_LEVEL_FORMULAS[seed % SERVICE_LEVEL_FORMULAS.length]!;
    const tried = { thresholdMs: 5000 * (seed - 60), shortAbandonMs: 2000 * (seed - 60), formula };
    const real = lived(seed);
    const other = lived(seed, (config) => ({
      ...config,
      settings: (queue, channel) => {
        const settings = config.settings(queue, channel);
        const { shortAbandonMs } = settings.serviceLevel;
        const limit =
          shortAbandonMs === undefined ? undefined : Math.min(tried.shortAbandonMs, tried.thresholdMs);
        return { ...settings, serviceLevel: { ...settings.serviceLevel, ...tried, shortAbandonMs: limit } };
      },
    }));
    const atMs = real.timeline.now - 900_000;
    const rows = [real, other].map((centre) =>
      new PastFigures(centre.facts).rowsAt(atMs, WINDOWS, undefined),
    );
    for (const { queue, channel, kpis } of rows[0]!) {
      const there = rows[1]!.find((row) => row.queue === queue && row.channel === channel);
      const answered = ask(real, { queue, channel, atMs, ...tried });
      for (const [id, { real: shown, hypothesis }] of Object.entries(answered.kpis)) {
        const where = `${id} of ${queue}/${channel}, seed ${seed}`;
        if (kpis[id]?.reason === 'closed' || there?.kpis[id]?.reason === 'closed') continue;
        expect([shown.value, shown.n], where).toEqual([kpis[id]?.value, kpis[id]?.n]);
        expect([hypothesis.value, hypothesis.n], where).toEqual([there?.kpis[id]?.value, there?.kpis[id]?.n]);
        compared++;
        if (hypothesis.value !== shown.value) different++;
      }
    }
  }
  expect(compared).toBeGreaterThan(200);
  expect(different).toBeGreaterThan(20);
}, 120_000);

test('it tells the settings of either side, and changes nothing', () => {
  const centre = lived(67);
  const before = JSON.stringify(
    new PastFigures(centre.facts).rowsAt(centre.timeline.now, WINDOWS, undefined),
  );
  const { settings } = ask(centre, { thresholdMs: 45_000 });
  expect(settings.hypothesis.threshold).toBe(45);
  expect(settings.hypothesis.formula).toBe(settings.real.formula);
  expect(JSON.stringify(new PastFigures(centre.facts).rowsAt(centre.timeline.now, WINDOWS, undefined))).toBe(
    before,
  );
});

test('without anything to try it is refused', () => {
  expect(() => ask(lived(67), {})).toThrow(/give a threshold/);
});
