import { CATALOGUE, type Kpi } from '@vigie/metrics';

const UNITS: Readonly<Record<Kpi['unit'], string>> = {
  ratio: '0 to 1',
  seconds: 'seconds',
  count: 'count',
  number: 'number',
  score: 'score',
  currency: 'currency',
};
const BETTER: Readonly<Record<Kpi['better'], string>> = { higher: 'higher', lower: 'lower', neither: '–' };
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** `docs/kpis.md`, from the catalogue alone. */
export function kpisPage(): string {
  const lines = [
    '# The figures',
    '',
    'Every KPI that Vigie computes, from the catalogue that the service itself serves at `GET /v1/kpis` and `vigie kpis`',
    'prints. How a figure comes about is told in [how figures are made](how-figures-are-made.md).',
    '',
    'In the formulas a *segment* is one stay in one queue; **A** are the segments answered in the window, **B** those',
    'abandoned, **F** those that left otherwise (flow-outs), **A_in** those answered within the threshold, **B_short** the',
    'abandons within the short-abandon limit, **W_over** those waiting now beyond the threshold. A segment counts when it is',
    'decided; what it counts for in service level is chosen per channel or queue (`serviceLevel.formula`, see',
    '[configuration](configuration.md)).',
    '',
    'Ratios are 0 to 1, durations in seconds. Every value comes with its sample size `n`; `null` says why there is none.',
    'A *figure of now* is the same in every window and has no `window` label in Prometheus. A *counter* is in Prometheus',
    'cumulative and never falls; over REST and WebSocket it is the count of the window.',
    '',
    `This page is made from the catalogue; \`npx vitest run --project unit kpis -u\` writes it anew.`,
    '',
    '| id | English | French | unit | better | kind | by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...CATALOGUE.map(
      (kpi) => `| [\`${kpi.id}\`](#${kpi.id}) | ${overviewCells(kpi).map(cell).join(' | ')} |`,
    ),
    '',
    ...CATALOGUE.flatMap(section),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function overviewCells(kpi: Kpi): string[] {
  const { name, unit, better, dimensions } = kpi;
  return [
    named(kpi, 'en'),
    named(kpi, 'fr') || name.fr,
    UNITS[unit],
    BETTER[better],
    kindOf(kpi),
    dimensions.join(', '),
  ];
}

function named({ name, abbreviation }: Kpi, language: 'en' | 'fr'): string {
  const short = abbreviation?.[language];
  return short === undefined ? name[language] : `${name[language]} (${short})`;
}

const kindOf = ({ now, counter }: Kpi): string => (now ? 'of now' : counter ? 'counter' : 'window');

function section(kpi: Kpi): string[] {
  return [
    `## ${kpi.id}`,
    '',
    `**${named(kpi, 'en')}** · ${named(kpi, 'fr')}. ${kpi.description}`,
    '',
    `- Formula: ${kpi.formula}`,
    `- Unit: ${UNITS[kpi.unit]}; better: ${kpi.better}; by ${kpi.dimensions.join(', ')}`,
    `- Counted at: ${kpi.instant}`,
    `- From: ${kpi.events.map((type) => `\`${type}\``).join(', ')}`,
    `- Prometheus: \`${kpi.metric}\`${kpi.parts === undefined ? '' : `, in parts by \`${kpi.parts.label}\``}`,
    '',
  ];
}
