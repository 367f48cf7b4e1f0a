/** The worked example of `docs/how-figures-are-made.md`, computed. */
import { main } from '@vigie/cli';
import { expect, test } from 'vitest';

/** The events in the order of the page's table. */
const EVENTS = [
  told(1, 'queued', '10:00:00'),
  told(2, 'queued', '10:00:05'),
  told(1, 'answered', '10:00:12'),
  told(2, 'abandoned', '10:00:40'),
  told(3, 'abandoned', '10:00:08'),
  told(3, 'queued', '10:00:05'),
  told(2, 'answered', '10:00:24', { revision: 1 }),
];

function told(call: number, type: string, at: string, more: object = {}): string {
  const contact = { id: `call-${call}`, segmentId: `call-${call}/1`, channel: 'voice' };
  return JSON.stringify({
    specversion: '1.0',
    id: `${call}-${type}`,
    source: 'example://page',
    type: `vigie.contact.${type}`,
    time: `2026-11-20T${at}Z`,
    data: { contact, queue: { id: 'hotline' }, agent: { id: 'ada' }, ...more },
  });
}

interface Report {
  readonly events: { readonly held: number };
  readonly snapshots: readonly {
    readonly rows: readonly {
      readonly queue: string;
      readonly window: string;
      readonly kpis: Readonly<Record<string, { readonly value: number | null; readonly n: number }>>;
    }[];
  }[];
}

/** The queue's figures over 30 minutes, as `vigie report` has them once so much is known. */
async function figures(events: readonly string[], at: string) {
  let printed = '';
  const status = await main(['report', '-', '--at', `2026-11-20T${at}Z`, '--json'], {
    out: async (text) => void (printed += text),
    err: (text) => void (printed += text),
    stdin: (async function* () {
      yield new TextEncoder().encode(events.join('\n'));
    })(),
    watched: false,
  });
  expect(status, printed).toBe(0);
  const { events: accounts, snapshots } = JSON.parse(printed) as Report;
  const row = snapshots[0]?.rows.find(({ queue, window }) => queue === 'hotline' && window === '30m');
  const figure = (id: string) => row?.kpis[id]?.value;
  return {
    offered: figure('offered'),
    waiting: figure('waiting_now'),
    answered: figure('answered'),
    abandoned: [figure('abandoned'), figure('short_abandoned')],
    serviceLevel: [row?.kpis['service_level']?.value, row?.kpis['service_level']?.n],
    live: figure('service_level_live'),
    held: accounts.held,
  };
}

const before = { offered: 2, waiting: 1, answered: 1, abandoned: [0, 0], serviceLevel: [1, 1], held: 0 };
const abandoned = { ...before, waiting: 0, abandoned: [1, 0], serviceLevel: [0.5, 2], live: 0.5 };
const corrected = {
  ...{ offered: 3, waiting: 0, answered: 2, abandoned: [1, 1], serviceLevel: [1, 2], live: 1, held: 0 },
};

test.each([
  ['10:00:12', 3, { ...before, live: 1 }],
  ['10:00:25.000', 3, { ...before, live: 1 }],
  ['10:00:25.001', 3, { ...before, live: 0.5 }],
  ['10:00:40', 4, abandoned],
  ['10:03:00', 5, { ...abandoned, held: 1 }],
  ['10:03:01', 6, { ...abandoned, offered: 3, abandoned: [2, 1] }],
  ['10:04:00', 7, corrected],
  ['10:30:12', 7, { ...corrected, offered: 0, answered: 1, abandoned: [0, 0], serviceLevel: [1, 1] }],
] as const)('at %s, with %i events told, the figures are those of the page', async (at, known, expected) => {
  expect(await figures(EVENTS.slice(0, known), at)).toEqual(expected);
});

test('backwards and three times over, the same events end the same', async () => {
  const shuffled = [...EVENTS, ...EVENTS].concat([...EVENTS].reverse()).reverse();
  expect(await figures(shuffled, '10:04:00')).toEqual(corrected);
});
