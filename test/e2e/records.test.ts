import type { Correction, SnapshotDocument } from '@vigie/contracts';
import type {
  AgentRow,
  CentreSources,
  Explanation,
  IntervalRow,
  OpenContact,
  Series,
  WhatIf,
} from '@vigie/engine';
import { waitFor } from '@vigie/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import * as check from '../integration/exactness/check.ts';
import { deliver } from '../integration/exactness/sender.ts';
import { Calls } from './records/calls.ts';
import { oneProcess, separateProcesses, type Deployment } from './records/deployment.ts';

const CONFIG = {
  centre: { timeZone: 'Asia/Kathmandu' },
  queues: { sales: { channel: 'voice', team: 'red' }, help: { channel: 'voice', team: 'red' } },
};
const DELIVERY_TIMEOUT_MS = 30_000;

interface Contacts {
  readonly contacts: readonly OpenContact[];
  readonly next?: string;
}
interface Intervals {
  readonly rows: readonly IntervalRow[];
}
interface Corrections {
  readonly corrections: readonly Correction[];
}
interface Problem {
  readonly detail: string;
}

describe.each([
  ['one process', oneProcess],
  ['separate processes', separateProcesses],
])('what takes records, of %s', (_form, start) => {
  let deployment: Deployment;
  let calls: Calls;
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${deployment.gateway.url}${path}`, { headers });
  const contactsOf = async (path: string): Promise<Contacts> =>
    (await (await ask(`/v1/queues/${path}`)).json()) as Contacts;
  const rowsOf = async (path: string): Promise<readonly IntervalRow[]> =>
    ((await (await ask(`/v1/queues/${path}`)).json()) as Intervals).rows;
  const detailOf = async (answer: Response): Promise<string> => ((await answer.json()) as Problem).detail;
  const send = async (more: Calls): Promise<void> => {
    const options = { url: deployment.ingest.url, lanes: 1, timeoutMs: DELIVERY_TIMEOUT_MS };
    const delivery = deliver([more.events], options);
    await delivery.done;
    await check.caughtUp(deployment.gateway.url, 'default', delivery.lastAcknowledgedMs);
  };

  beforeAll(async () => {
    deployment = await start(CONFIG);
    calls = new Calls(Date.now())
      .queued('a', 600)
      .answered('a', 590)
      .ended('a', 500)
      .queued('b', 400)
      .answered('b', 370)
      .queued('c', 300)
      .abandoned('c', 298)
      .queued('d', 250)
      .abandoned('d', 150)
      .queued('e', 100)
      .queued('f', 40)
      .offered('f', 5)
      .queued('g', 100, 'help');
    await send(calls);
  }, 120_000);
  afterAll(async () => await deployment.stop());

  test('open contacts are listed oldest first, page by page', async () => {
    const first = await contactsOf(`sales/contacts?state=waiting&state=ringing&limit=1`);
    expect(first.contacts).toEqual([
      {
        ...{ contact: 'e', segment: 'e/1', queue: 'sales', channel: 'voice', state: 'waiting' },
        ...{ since: calls.at(100), overThreshold: true },
      },
    ]);
    const after = encodeURIComponent(first.next ?? '');
    const second = await contactsOf(`sales/contacts?state=waiting&state=ringing&after=${after}`);
    expect(second.contacts).toMatchObject([{ contact: 'f', state: 'ringing', since: calls.at(40) }]);
    expect(second.next).toBeUndefined();
    const talking = await contactsOf(`sales/contacts?state=talking`);
    expect(talking.contacts).toMatchObject([{ contact: 'b', since: calls.at(370), overThreshold: true }]);
    expect((await contactsOf(`*/contacts?state=waiting`)).contacts).toHaveLength(2);
  });

  test('a past instant is answered as known now, one beyond the records is refused', async () => {
    const at = calls.at(200);
    const kpis = 'kpi=offered&kpi=waiting_now&kpi=service_level&kpi=short_abandoned';
    const answer = await ask(`/v1/snapshot?queue=sales&window=30m&${kpis}&at=${at}`);
    const past = (await answer.json()) as SnapshotDocument;
    expect(past).toMatchObject({ centre: 'default', asOf: at, state: 'live' });
    expect(past.rows).toMatchObject([
      {
        ...{ queue: 'sales', channel: 'voice', window: '30m' },
        kpis: {
          offered: { value: 4 },
          waiting_now: { value: 1 },
          service_level: { value: 0.5, n: 2 },
          short_abandoned: { value: 1 },
        },
      },
    ]);
    const old = await ask('/v1/snapshot?at=2020-01-01T00:00:00Z');
    expect([old.status, old.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await detailOf(old)).toContain('retention.fine');
  });

  test('intervals cover the whole local day, and their rows add up to it', async () => {
    const quarters = await rowsOf('sales/intervals?kpi=offered');
    const [day] = await rowsOf('sales/intervals?interval=day&kpi=offered&kpi=service_level');
    expect(quarters).toHaveLength(96);
    expect(quarters[0]).toMatchObject({ queue: 'sales', channel: 'voice', final: false, provisional: [] });
    expect(quarters[0]?.label).toMatch(/T00:00:00\+05:45$/);
    expect(quarters[0]?.start).toBe(day?.start);
    expect(quarters.at(-1)?.end).toBe(day?.end);
    const sum = quarters.reduce((total, row) => total + (row.kpis['offered']?.value ?? 0), 0);
    expect(sum).toBe(day?.kpis['offered']?.value);
    const teams = await rowsOf('_all/intervals?interval=day&by=team&kpi=offered');
    const total = await rowsOf('_all/intervals?interval=day&kpi=offered');
    expect(teams.map(({ team }) => team)).toEqual(['red']);
    expect(teams[0]?.kpis).toEqual(total[0]?.kpis);
  });

  test('intervals are CSV for whoever asks for it', async () => {
    const answer = await ask('/v1/queues/*/intervals?interval=day&kpi=offered', { accept: 'text/csv' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const [header, ...lines] = (await answer.text()).split('\r\n');
    expect(header).toBe('queue,channel,start,end,label,final,kpi,value,n,reason,partial,by');
    expect(lines.filter((line) => line !== '').map((line) => line.split(',')[0])).toEqual(['help', 'sales']);
  });

  test('a series ends at the last whole step, a hypothesis stands beside the real figures, sources vouch', async () => {
    const series = (await (
      await ask('/v1/queues/*/series?kpi=offered&window=60m&points=3&step=60')
    ).json()) as Series;
    expect(series.at.map((at) => Date.parse(at) % 60_000)).toEqual([0, 0, 0]);
    expect(series.rows.find(({ queue }) => queue === 'sales')?.values).toHaveLength(3);
    const refused = await ask('/v1/queues/sales/series?kpi=max_wait');
    expect([refused.status, await detailOf(refused)]).toEqual([400, expect.stringContaining('series')]);

    const tried = (await (
      await ask('/v1/queues/sales/what-if?window=60m&threshold=60&formula=answered_over_offered')
    ).json()) as WhatIf;
    expect(tried.settings).toEqual({
      real: { threshold: 20, shortAbandon: 5, formula: 'exclude_short_abandons' },
      hypothesis: { threshold: 60, shortAbandon: 5, formula: 'answered_over_offered' },
    });
    expect(tried.kpis['service_level']).toEqual({
      real: { value: 1 / 3, n: 3 },
      hypothesis: { value: 0.5, n: 4 },
    });
    const untried = await ask('/v1/queues/sales/what-if');
    expect([untried.status, await detailOf(untried)]).toEqual([400, expect.stringContaining('threshold')]);

    const sources = (await (await ask('/v1/sources')).json()) as CentreSources;
    expect(sources).toMatchObject({ gaps: [], accounts: { rejected: 0 } });
    expect(sources.accounts.applied).toBeGreaterThan(10);
  });

  test('a figure is explained by the contacts behind it', async () => {
    const answer = await ask('/v1/queues/sales/explain?kpi=service_level&window=60m');
    const explanation = (await answer.json()) as Explanation;
    expect(explanation).toMatchObject({
      ...{ kpi: 'service_level', queue: 'sales', value: 1 / 3, n: 3 },
      formula: 'exclude_short_abandons: (A_in) / (A + B − B_short)',
      numbers: { A: 2, A_in: 1, B: 2, B_short: 1 },
      counts: { for: 1, against: 2, excluded: 1 },
    });
    expect(explanation.variants?.['answered_over_offered']).toEqual({ value: 0.25, n: 4 });
    expect(Object.keys(explanation.variants ?? {})).toHaveLength(7);
    expect(explanation.entities.map(({ contact, effect, reason }) => [contact, effect, reason])).toEqual([
      ['a', 'for', 'answered within the threshold'],
      ['b', 'against', 'answered after the threshold'],
      ['c', 'excluded', 'short abandon'],
      ['d', 'against', 'abandoned'],
    ]);
  });

  test('agents are listed with their states and their own figures', async () => {
    const { agents } = (await (await ask('/v1/agents')).json()) as { agents: readonly AgentRow[] };
    expect(agents).toMatchObject([{ agent: 'ann', state: 'on_contact', queues: ['sales'] }]);
    expect(agents[0]?.kpis['handled']?.value).toBe(1);
  });

  test('late truth is announced: which figures, from what, to what, and why', async () => {
    await send(new Calls(Date.now()).queued('late', 120).abandoned('late', 90));
    const read = async (): Promise<readonly Correction[]> =>
      ((await (await ask('/v1/corrections?queue=sales')).json()) as Corrections).corrections;
    let corrections: readonly Correction[] = [];
    const found = await waitFor(
      async () => {
        corrections = await read();
        // entry and departure may lie in two quarter hours: then each is a correction of its own
        return corrections.find(({ contacts, kpis }) => contacts.includes('late') && 'offered' in kpis);
      },
      {
        what: 'the correction',
        timeoutMs: 10_000,
        detail: () => `${JSON.stringify(corrections)}\n${deployment.aggregator.log().slice(-3000)}`,
      },
    );
    expect(found.reason).toBe('late');
    const { from, to } = found.kpis['offered'] ?? {};
    expect((to?.value ?? 0) - (from?.value ?? 0)).toBe(1);
  });

  test('what is wrong with a question is said', async () => {
    for (const [path, status, detail] of [
      ['/v1/queues/sails/contacts', 404, 'did you mean "sales"?'],
      ['/v1/queues/sales/contacts?state=asleep', 400, 'known are waiting, ringing, talking'],
      ['/v1/queues/sales/contacts?limit=0', 400, 'a number from 1 to 1000'],
      ['/v1/queues/sales/contacts?after=x', 400, 'after: is not the "next" of an answer'],
      ['/v1/queues/sales/intervals?date=2026-02-31', 400, 'has no day 2026-02-31'],
      ['/v1/queues/sales/intervals?interval=5m', 400, 'known are 15m, 30m, 1h, day'],
      ['/v1/queues/sales/intervals?by=team', 400, 'ask for the queue _all'],
    ] as const) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, status]);
      expect(await detailOf(answer)).toContain(detail);
    }
  });

  test('while the owner is away there is no answer, and a word when to ask again', async () => {
    if (deployment.aggregator === deployment.gateway) return;
    await deployment.aggregator.kill9();
    const answer = await ask('/v1/queues/sales/contacts');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await detailOf(answer)).toContain('the owner of the figures does not answer');
    await deployment.aggregator.restart();
    await waitFor(async () => (await ask('/v1/queues/sales/contacts')).ok, {
      what: 'the owner to answer again',
      timeoutMs: 30_000,
    });
  });
});
