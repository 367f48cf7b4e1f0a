import type { KpiValue, Row, SnapshotDocument } from '@vigie/contracts';
import type { Page } from 'playwright-core';

/** What the wall shows, as its words stand on the page. */
export interface FiguresOnPage {
  readonly longestWait: string;
  readonly waiting: string;
  readonly serviceLevel: string;
  readonly abandonment: string;
  readonly answered: string;
  readonly offered: string;
  /** How fresh each tile says it is. */
  readonly rungs: readonly string[];
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: string;
    readonly serviceLevel: string;
    readonly outcomes: string;
  }[];
}

export const WINDOW = '30m';
/** The page counts on the server's clock and repaints twice a second; the test reads both a moment apart. */
const TICKING_SECONDS = 3;

/** `GET /v1/snapshot`, with the names of the queues. */
export interface KnownFigures {
  readonly rows: readonly Row[];
  readonly nameOf: (queue: string) => string;
  readonly atMs: number;
}

export async function snapshotOf(url: string): Promise<KnownFigures> {
  const [snapshot, names] = await Promise.all([
    json<SnapshotDocument>(`${url}v1/snapshot?window=${WINDOW}&queue=*&queue=_all`),
    json<{ readonly queues: readonly { readonly queue: string; readonly name: string }[] }>(
      `${url}v1/queues`,
    ),
  ]);
  const named = new Map(names.queues.map(({ queue, name }) => [queue, name]));
  return { rows: snapshot.rows, nameOf: (queue) => named.get(queue) ?? queue, atMs: Date.now() };
}

async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return (await answer.json()) as T;
}

/** Reads the page in one go, so that all of it is of one painting. */
export async function figuresOnPage(page: Page): Promise<FiguresOnPage> {
  return await page.evaluate(() => {
    const words = (node: Element | null | undefined): string =>
      (node?.textContent ?? '').replace(/[\u00a0\u202f]/g, ' ').trim();
    const tile = (id: string, part = '.figure'): string =>
      words(document.querySelector(`[data-tile="${id}"] ${part}`));
    return {
      longestWait: tile('longest_wait'),
      waiting: tile('waiting'),
      serviceLevel: tile('service_level'),
      abandonment: tile('abandonment'),
      answered: tile('answered'),
      offered: /[\d,]+/.exec(tile('answered', '.details'))?.[0] ?? '',
      rungs: [...document.querySelectorAll('[data-tile]')].map(
        (node) => node.getAttribute('data-rung') ?? '',
      ),
      queues: [...document.querySelectorAll('tbody tr')].map((row) => {
        const cells = [...row.querySelectorAll('td .value')].map(words);
        return {
          name: words(row.querySelector('.name')),
          waiting: cells[0] ?? '',
          serviceLevel: cells[2] ?? '',
          outcomes: cells[5] ?? '',
        };
      }),
    };
  });
}

/** Where the page and the snapshot differ, in words; nothing when they agree. */
export function differences(shown: FiguresOnPage, known: KnownFigures): string[] {
  const problems: string[] = [];
  const compare = (what: string, actual: string, expected: string): void => {
    if (actual !== expected)
      problems.push(`${what}: the wall shows "${actual}", the snapshot says "${expected}"`);
  };
  const total = known.rows.find(({ queue, channel }) => queue === '_all' && channel === '_all');
  if (total === undefined) return ['the snapshot has no total'];
  compare('waiting', shown.waiting, count(total.kpis['waiting_now']));
  compare('service level', shown.serviceLevel, percent(total.kpis['service_level_live'], 0));
  compare('abandonment', shown.abandonment, percent(total.kpis['abandonment_rate'], 1));
  compare('answered', shown.answered, count(total.kpis['answered']));
  compare('offered', shown.offered, count(total.kpis['offered']));
  const wait = total.kpis['longest_wait_now'];
  const waitSeconds = wait?.since === undefined ? 0 : (known.atMs - Date.parse(wait.since)) / 1000;
  if (!(Math.abs(secondsOf(shown.longestWait) - waitSeconds) <= TICKING_SECONDS)) {
    problems.push(`longest wait: the wall shows "${shown.longestWait}", the snapshot says ${waitSeconds} s`);
  }
  if (shown.rungs.some((rung) => rung !== 'fresh')) problems.push(`the tiles are ${shown.rungs.join(', ')}`);
  const queues = known.rows.filter(({ queue }) => queue !== '_all');
  compare(
    'queues',
    shown.queues
      .map(({ name }) => name)
      .sort()
      .join(', '),
    queues
      .map(({ queue }) => known.nameOf(queue))
      .sort()
      .join(', '),
  );
  for (const { queue, kpis } of queues) {
    const name = known.nameOf(queue);
    const row = shown.queues.find((candidate) => candidate.name === name);
    if (row === undefined) continue;
    compare(`waiting of ${name}`, row.waiting, count(kpis['waiting_now']));
    compare(`service level of ${name}`, row.serviceLevel, percent(kpis['service_level_live'], 0));
    const outcomes = `${count(kpis['answered'])} / ${count(kpis['abandoned'])}`;
    compare(`outcomes of ${name}`, row.outcomes, outcomes);
  }
  return problems;
}

const DASH = '—';

function count(kpi: KpiValue | undefined): string {
  return kpi?.value === undefined || kpi.value === null ? DASH : kpi.value.toLocaleString('en-GB');
}

/** As people read it: rounded, but never across its target. */
function percent(kpi: KpiValue | undefined, decimals: number): string {
  if (kpi?.value === undefined || kpi.value === null) return DASH;
  const scale = 100 * 10 ** decimals;
  const { value, target } = kpi;
  const rounded = Math.round(value * scale);
  const missed = target !== undefined && value < target && rounded >= target * scale;
  const met = target !== undefined && value > target && rounded <= target * scale;
  const shown = missed ? Math.floor(value * scale) : met ? Math.ceil(value * scale) : rounded;
  return `${(shown / 10 ** decimals).toFixed(decimals)}%`;
}

/** `mm:ss` or `h:mm:ss` in seconds. */
function secondsOf(text: string): number {
  return text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
