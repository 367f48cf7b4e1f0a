const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** What the scripted gateway answers the desk: a queue in trouble, taken apart. */
export function deskAnswers(url: URL): unknown {
  const { pathname, searchParams } = url;
  if (pathname.endsWith('/series')) return series(pathname);
  if (pathname.endsWith('/explain')) return explanation(searchParams.get('kpi') ?? '');
  if (pathname.endsWith('/intervals')) return intervals(pathname.includes('/_all/') ? '_all' : 'billing');
  if (pathname.endsWith('/what-if')) return whatIf(Number(searchParams.get('threshold')));
  if (pathname === '/v1/screens') {
    return {
      screens: [
        {
          screen: 'Hall',
          state: 'frozen',
          since: ago(240),
          page: 'Sales',
          lag: 2,
          keyed: true,
          connections: 1,
        },
      ],
    };
  }
  if (pathname === '/v1/alarms/would-fire') {
    return { episodes: [{ state: 'critical', from: ago(7200), to: ago(6900), worst: 0.41 }], untold: 0 };
  }
  if (pathname.endsWith('/acknowledge')) return {};
  if (pathname === '/v1/sources') {
    return {
      asOf: ago(0),
      watermark: ago(1),
      sources: [
        { source: 'asterisk://pbx', upTo: ago(1), silent: false, restarts: [ago(900)] },
        { source: 'chat://web', upTo: ago(60), silent: true, restarts: [] },
      ],
      gaps: [{ source: 'chat://web', from: ago(4000), to: ago(3900) }],
      accounts: { applied: 4120, duplicate: 3, late: 2, future: 0, rejected: 0 },
    };
  }
  return undefined;
}

const series = (pathname: string) => ({
  kpi: 'service_level_live',
  window: '30m',
  at: Array.from({ length: 61 }, (_, index) => ago(60 * (60 - index))),
  rows: [pathname.includes('_all') ? ['_all', '_all'] : ['billing', 'voice']].map(([queue, channel]) => ({
    queue,
    channel,
    values: Array.from({ length: 61 }, (_, index) => (index < 5 ? null : 0.9 - index / 200)),
  })),
});

const explanation = (kpi: string) => ({
  kpi,
  queue: 'billing',
  channel: 'voice',
  value: 0.58,
  n: 64,
  asOf: ago(0),
  window: { name: '30m', from: ago(1800), to: ago(0) },
  formula: 'exclude_short_abandons: (A_in) / (A + B − B_short + W_over)',
  numbers: { A: 55, A_in: 37, B: 6, B_short: 1, W_over: 4, numerator: 37, denominator: 64 },
  ...(kpi.startsWith('service_level')
    ? {
        variants: {
          answered_over_offered: { value: 0.57, n: 65 },
          exclude_short_abandons: { value: 0.58, n: 64 },
        },
      }
    : {}),
  configVersion: 'abc123',
  counts: { for: 37, against: 27, excluded: 1 },
  entities: [
    {
      contact: 'call-1',
      segment: 'call-1/1',
      at: ago(1700),
      effect: 'against',
      reason: 'abandoned',
      waitSeconds: 61,
    },
    {
      contact: 'call-2',
      at: ago(900),
      effect: 'for',
      reason: 'answered within the threshold',
      waitSeconds: 8,
    },
    { contact: 'call-3', at: ago(184), effect: 'against', reason: 'waiting beyond the threshold' },
  ],
});

function intervals(queue: string) {
  const quarter = 900_000;
  const now = Math.floor(Date.now() / quarter);
  return {
    rows: Array.from({ length: 20 }, (_, index) => {
      const start = (now - 15 + index) * quarter;
      const isPast = index <= 15;
      return {
        ...{ queue, channel: queue === '_all' ? '_all' : 'voice', label: '', final: false, provisional: [] },
        start: new Date(start).toISOString(),
        end: new Date(start + quarter).toISOString(),
        kpis: {
          offered: { value: isPast ? 20 + index : 0, n: isPast ? 20 + index : 0 },
          answered: { value: isPast ? 18 + index : 0, n: 18 },
          abandoned: { value: isPast ? 2 : 0, n: 2 },
          service_level: isPast
            ? { value: 0.7 + index / 100, n: 20 }
            : { value: null, n: 0, reason: 'no_data' },
        },
      };
    }),
  };
}

const whatIf = (threshold: number) => ({
  queue: 'billing',
  channel: 'voice',
  asOf: ago(0),
  window: { name: '30m', from: ago(1800), to: ago(0) },
  configVersion: 'abc123',
  settings: {
    real: { threshold: 20, shortAbandon: 5, formula: 'exclude_short_abandons' },
    hypothesis: { threshold, shortAbandon: 5, formula: 'exclude_short_abandons' },
  },
  kpis: { service_level_live: { real: { value: 0.58, n: 64 }, hypothesis: { value: 0.81, n: 63 } } },
});

/** Open contacts, agents and corrections, as topics tell them. */
export const deskItems = () => ({
  contacts: [
    {
      contact: 'call-3',
      segment: 'call-3/1',
      queue: 'billing',
      channel: 'voice',
      state: 'waiting',
      since: ago(184),
      overThreshold: true,
    },
    {
      contact: 'call-9',
      queue: 'billing',
      channel: 'voice',
      state: 'ringing',
      since: ago(9),
      overThreshold: false,
    },
    {
      contact: 'call-8',
      queue: 'sales',
      channel: 'voice',
      state: 'waiting',
      since: ago(30),
      overThreshold: false,
    },
  ],
  agents: [
    {
      agent: 'ada',
      name: 'Ada',
      state: 'paused',
      reason: 'lunch',
      since: ago(600),
      queues: ['billing'],
      kpis: { handled: { value: 12, n: 12 }, aht: { value: 201, n: 12 } },
    },
    {
      agent: 'bob',
      name: 'Bob',
      state: 'available',
      reason: null,
      since: ago(20),
      queues: ['billing', 'sales'],
      kpis: {},
    },
  ],
  alarms: [
    {
      ...{
        id: 'calm:sales',
        rule: 'calm',
        queue: 'sales',
        channel: '_all',
        kpi: 'service_level',
        window: '30m',
      },
      ...{ state: 'ok', since: null, value: 0.91, n: 58, warning: 0.8, critical: null, acknowledged: null },
    },
    {
      ...{
        id: 'sl:billing',
        rule: 'sl',
        queue: 'billing',
        channel: '_all',
        kpi: 'service_level',
        window: '30m',
      },
      ...{
        state: 'critical',
        since: ago(90),
        value: 0.58,
        n: 64,
        warning: 0.8,
        critical: 0.7,
        acknowledged: null,
      },
    },
  ],
  corrections: [
    {
      ...{
        id: 3,
        at: ago(50),
        queue: 'billing',
        channel: 'voice',
        start: ago(1800),
        end: ago(900),
        reason: 'late',
      },
      contacts: ['call-1'],
      kpis: { service_level: { from: { value: 0.62, n: 60 }, to: { value: 0.6, n: 61 } } },
    },
  ],
});
