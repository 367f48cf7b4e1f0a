import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { checkConfiguration } from './check.ts';
import { ConfigurationSchema } from './schema.ts';
import { canonicalJson, semanticBody } from './semantic-body.ts';

function accepted(raw: unknown, options = {}) {
  const result = checkConfiguration(raw, options);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result;
}
const messages = (raw: unknown, options = {}): readonly string[] => {
  const result = checkConfiguration(raw, options);
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

/** The example of the contract, without what its values leave open and without `access`. */
const example = {
  centre: {
    id: 'default',
    name: 'Support',
    timeZone: 'Europe/Paris',
    locale: 'fr',
    dayStart: '00:00',
    targets: { qos_rate: { target: 0.9 } },
  },
  windows: ['5m', '15m', '30m', '60m', 'today'],
  time: { bucket: '1s', allowedLateness: '24h', futureTolerance: '60s', maxSegmentAge: '4h', maxAcw: '30m' },
  calendars: { office: { mon: ['09:00-18:00'], wed: [], holidays: ['2026-12-25'] } },
  channels: {
    voice: {
      mode: 'live',
      serviceLevel: {
        threshold: '20s',
        shortAbandon: '5s',
        formula: 'exclude_short_abandons',
        boundary: 'inclusive',
        includeFlowOuts: false,
        segmentKinds: ['initial', 'overflow', 'transfer', 'requeue'],
        clock: 'segment',
        answerEvent: 'agent_joined',
      },
      firstResponse: {
        anchor: 'customer_first_message',
        target: '20s',
        clock: 'elapsed',
        responseTimeIncludesFirst: true,
      },
      includeOutOfHours: false,
      calendar: 'always',
    },
  },
  queues: {
    'sales-fr': {
      name: 'Ventes',
      channel: 'voice',
      team: 'sales',
      site: 'lyon',
      sales: true,
      serviceLevel: { threshold: '15s' },
      calendar: 'office',
      targets: { service_level: { target: 0.8, warn: 0.7, minSample: 10, hold: '30s', hysteresis: 0.02 } },
    },
  },
  agents: { ada: { name: 'Ada', team: 'sales', aliases: ['PJSIP/201'] } },
  cases: { fcrWindow: '7d', fcrCountAbandons: false, fcrTransferBreaks: false },
  sources: {
    pbx: {
      type: 'asterisk-queue-log',
      file: '/var/log/asterisk/queue_log',
      reports: { hold: false, acw: false },
    },
    desk: { type: 'chatwoot', secretEnv: 'CHATWOOT_SECRET', botUsers: [7] },
    raw: { type: 'kafka', topic: 'vigie.incoming', format: 'cloudevents' },
  },
  prometheus: { kpis: 'all', windows: ['30m', 'today'], maxSeries: 50000 },
  retention: { log: '35d', intervals: '35d', days: '400d', fine: '26h' },
  limits: { queues: 5000, agents: 20000, factsPerContact: 2000 },
  server: { host: '127.0.0.1', port: 8080, basePath: '/', trustedProxies: [] },
  kafka: { brokers: 'a:9092, b:9092', partitions: 12, replication: 1 },
  redis: { url: 'redis://localhost:6379' },
};

describe('an accepted configuration', () => {
  test('an empty file is one, and has all defaults', () => {
    for (const raw of [{}, undefined, null]) {
      const { configuration, notYetInForce } = accepted(raw);
      expect(notYetInForce).toEqual([]);
      expect(configuration.centre).toBe('default');
      expect(configuration.windows.map(({ id, lengthMs }) => [id, lengthMs])).toEqual([
        ['5m', 300_000],
        ['15m', 900_000],
        ['30m', 1_800_000],
        ['60m', 3_600_000],
        ['today', undefined],
      ]);
      expect(configuration.server).toEqual({
        host: '127.0.0.1',
        port: 8080,
        advertisedUrl: undefined,
        basePath: '/',
        trustedProxies: [],
      });
      expect([configuration.kafka, configuration.redis, configuration.sources]).toEqual([
        undefined,
        undefined,
        [],
      ]);
      expect(configuration.limits).toMatchObject({ queues: 5000, agents: 20_000, factsPerContact: 2000 });
      expect(configuration.prometheus).toEqual({ kpis: 'all', windows: ['30m', 'today'], maxSeries: 50_000 });
      expect(configuration.dataDirectory).toBe('.vigie');
    }
  });

  test('every key of the public example is known, and what has no effect yet is named', () => {
    const { configuration, notYetInForce } = accepted(example);
    expect(configuration.kafka?.brokers).toEqual(['a:9092', 'b:9092']);
    expect(configuration.sources[0]).toEqual({
      name: 'pbx',
      type: 'asterisk-queue-log',
      centre: 'default',
      label: 'pbx',
      file: '/var/log/asterisk/queue_log',
      callbackKeys: [],
      reports: { hold: false, acw: false },
    });
    expect(Compile(ConfigurationSchema).Check(example)).toBe(true);
    for (const key of ['sources.desk', 'sources.raw']) {
      expect(notYetInForce.filter((line) => line.startsWith(`${key} is not yet in force`))).toHaveLength(1);
    }
    expect(notYetInForce.some((line) => line.startsWith('sources.pbx'))).toBe(false);
  });

  test('today is always among the windows, and they are in order', () => {
    const ids = (windows: readonly string[]) =>
      accepted({ windows }).configuration.windows.map(({ id }) => id);
    expect(ids(['60m', '10m'])).toEqual(['10m', '60m', 'today']);
    expect(accepted({ windows: ['5m'] }).configuration.prometheus.windows).toEqual(['today']);
  });
});

describe('the semantic body', () => {
  const body = (raw: unknown) => canonicalJson(semanticBody(accepted(raw).configuration));

  test('does not change with names, targets, windows or the spelling of a duration', () => {
    const one = { queues: { a: { channel: 'chat', serviceLevel: { threshold: '60s' } }, b: { name: 'B' } } };
    const other = {
      centre: { name: 'Support', locale: 'fr', targets: { qos_rate: { target: 0.95 } } },
      windows: ['5m'],
      channels: { voice: { serviceLevel: { threshold: '20000ms' } } },
      queues: {
        a: {
          serviceLevel: { threshold: '1m' },
          channel: 'chat',
          name: 'A',
          targets: { asa: { target: 30 } },
        },
      },
    };
    expect(body(other)).toBe(body(one));
  });

  test.each([
    { channels: { voice: { serviceLevel: { threshold: '21s' } } } },
    { queues: { a: { channel: 'chat' } } },
    { queues: { a: { sales: true } } },
    { centre: { timeZone: 'Europe/Paris' } },
    { centre: { dayStart: '06:00' } },
    { calendars: { office: { mon: ['09:00-12:00'] } } },
    { cases: { fcrWindow: '8d' } },
    { time: { maxAcw: '31m' } },
  ])('changes with %j', (raw) => {
    expect(body(raw)).not.toBe(body({}));
  });
});

describe('a refused configuration', () => {
  test('names all its problems at once', () => {
    expect(
      messages({
        centre: { timezone: 'Europe/Paris' },
        windows: ['5m', 5],
        channels: { voice: { serviceLevel: { treshold: '20s', formula: 'best', boundary: true } } },
        queues: { 'sales-fr': { serviceLevel: { threshold: 20 } } },
        server: { port: 99999 },
        limits: { queues: -1 },
        sources: { pbx: { type: 'asterisk-queuelog' }, desk: { type: 'chatwoot' } },
      }),
    ).toEqual([
      'centre.timezone is not a known key: did you mean "timeZone"?',
      'windows.1 is 5: expected a duration such as "30m", or "today"',
      'channels.voice.serviceLevel.treshold is not a known key: did you mean "threshold"?',
      'channels.voice.serviceLevel.formula is "best": expected one of answered_over_offered, exclude_short_abandons, exclude_abandons_within_threshold, abandons_within_threshold_positive, short_abandons_positive, answered_only, removed_within_threshold',
      'channels.voice.serviceLevel.boundary is true: expected one of inclusive, exclusive',
      'queues.sales-fr.serviceLevel.threshold is 20: expected a duration with its unit: write "20s"',
      'server.port is 99999: expected a whole number from 0 to 65535',
      'limits.queues is -1: expected a whole number from 1 to 100000000',
      'sources.pbx.type is "asterisk-queuelog": expected one of asterisk-queue-log, asterisk-ami, chatwoot, kafka',
      'sources.desk.secretEnv is missing: expected the name of an environment variable',
    ]);
  });

  test.each([
    [{ windows: ['90s'] }, 'windows.0 is "90s": expected whole minutes'],
    [{ windows: ['60m', '1h'] }, 'windows.1 is "1h": expected another window than "60m"'],
    [
      { windows: ['5m'], prometheus: { windows: ['30m'] } },
      'prometheus.windows.0 is "30m": expected one of the windows',
    ],
    [{ kafka: { brokers: 'localhost' } }, 'kafka.brokers is "localhost": expected brokers such as'],
    [{ redis: {} }, 'redis is missing: expected exactly one of url, sentinels and cluster'],
    [{ centre: { targets: { qos_rate: { target: 90 } } } }, 'expected a ratio from 0 to 1 (0.9 for 90 %)'],
    [
      { queues: { a: { targets: { service_level: {} } } } },
      'queues.a.targets.service_level.target is missing',
    ],
    [{ agents: { a: { aliases: ['x'] }, b: { aliases: ['x'] } } }, 'agents.b.aliases.0 is "x"'],
    [{ channels: { voise: {} } }, 'channels.voise is not a known key: did you mean "voice"?'],
    ['text', 'the configuration is "text": expected keys and values'],
    [{ calendars: { office: { mon: ['18:00-09:00'] } } }, 'calendars.office.mon.0 is "18:00-09:00"'],
    [{ calendars: { office: { holidays: ['2026-02-30'] } } }, 'calendars.office.holidays.0 is "2026-02-30"'],
    [
      { time: { allowedLateness: '90d' } },
      'time.allowedLateness is "90d": expected a duration from 0s to 31d',
    ],
    [{ retention: { fine: '26' } }, 'retention.fine is "26": expected a duration such as'],
  ])('%j names the key and what was expected', (raw, message) => {
    const found = messages(raw);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test('access names the key and what was expected, and repeats no hash', () => {
    const hash = `sha256:${'a'.repeat(64)}`;
    const key = { name: 'acd', hash, roles: ['ingest'] };
    const wrong: readonly (readonly [unknown, string])[] = [
      [null, 'access is null: expected keys and values (keys, screens, oidc, origins)'],
      [
        { keys: [{ ...key, hash: 'hunter2' }] },
        'access.keys.0.hash is wrong (its value is not shown): expected',
      ],
      [{ keys: [{ ...key, roles: [] }] }, 'access.keys.0.roles is []: expected a list of 1 to 5 entries'],
      [{ keys: [{ ...key, roles: ['reed'] }] }, 'access.keys.0.roles.0 is "reed": expected one of ingest,'],
      [
        { keys: [{ ...key, queues: [] }] },
        'access.keys.0.queues is []: expected a list of 1 to 1000 entries',
      ],
      [{ keys: [{ ...key, expires: 'soon' }] }, 'access.keys.0.expires is "soon": expected a date such as'],
      [
        { keys: [key, { ...key, hash: `sha256:${'b'.repeat(64)}` }] },
        'access.keys.1.name is "acd": expected a name',
      ],
      [
        { keys: [key], screens: [{ name: 'hall', hash }] },
        'access.screens.0.hash is wrong (its value is not',
      ],
      [{ screens: [{ name: 'hall', hash, roles: ['admin'] }] }, 'access.screens.0.roles is not a known key'],
      [{ oidc: { issuer: 'i', audience: 'a' } }, 'access.oidc is not yet in force: refusing to start'],
      [{ origins: ['https://*.example'] }, 'access.origins.0 is "https://*.example": expected an origin as'],
      [{ origins: ['https://wall.example/'] }, 'access.origins.0 is "https://wall.example/": expected'],
    ];
    for (const [access, message] of wrong) {
      const found = messages({ access });
      expect(found.join()).toContain(message);
      expect(found.join()).not.toContain('hunter2');
      expect(found.join()).not.toContain('aaaa');
    }
    expect(messages({ access: { keys: [key], origins: ['https://wall.example:8443'] } })).toEqual([]);
    // nobody may anything: that is no slip to be refused, or the last key could not be revoked
    expect(messages({ access: {} })).toEqual([]);
  });

  test('alarms name the key and what was expected', () => {
    const rule = { kpi: 'service_level', critical: 0.6 };
    const wrong: readonly (readonly [object, string])[] = [
      [{ kpi: 'service_level' }, 'alarms.rules.a.critical is missing: expected a limit'],
      [
        { ...rule, warning: 0.6 },
        'alarms.rules.a.critical is 0.6: expected another limit than that of warning',
      ],
      [{ ...rule, critical: 60 }, 'alarms.rules.a.critical is 60: expected a ratio from 0 to 1'],
      [{ ...rule, window: '31m' }, 'alarms.rules.a.window is "31m": expected one of the windows (5m,'],
      [{ ...rule, hours: 'nights' }, 'alarms.rules.a.hours is "nights": expected a calendar: one of always'],
      [
        { ...rule, webhooks: ['pager'] },
        'alarms.rules.a.webhooks.0 is "pager": expected the name of a webhook',
      ],
      [{ ...rule, treshold: 1 }, 'alarms.rules.a.treshold is not a known key'],
    ];
    for (const [a, message] of wrong)
      expect(messages({ alarms: { rules: { a } } }).join()).toContain(message);
    const url = 'ftp://pager.example/canary';
    const found = messages({ alarms: { webhooks: { pager: { url, secretEnv: 'PAGER' } } } });
    expect(found.join()).toContain(
      'alarms.webhooks.pager.url is wrong (its value is not shown): expected a URL',
    );
    expect(found.join()).not.toContain('canary');
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`r${n}`, rule]));
    expect(messages({ alarms: { rules: many } })).toEqual([
      'alarms.rules is 201: expected at most 200 rules',
    ]);
    expect(
      messages({ alarms: { rules: { a: { ...rule, kpi: 'servce_level' } } } }, { kpis: ['service_level'] }),
    ).toEqual(['alarms.rules.a.kpi is "servce_level": expected a KPI id such as "service_level"']);
  });

  test('secrets are not repeated in messages', () => {
    const found = messages({ redis: { url: 'http://user:hunter2@host' } });
    expect(found[0]).toContain('redis.url is wrong');
    expect(found.join()).not.toContain('hunter2');
  });

  test('unknown KPI ids are refused once the catalogue is known', () => {
    const options = { kpis: ['service_level', 'asa'] };
    const raw = {
      queues: { a: { targets: { service_levle: { target: 0.8 } } } },
      prometheus: { kpis: ['asa', 'aza'] },
    };
    expect(messages(raw)).toEqual([]);
    expect(messages(raw, options)).toEqual([
      'queues.a.targets.service_levle is "service_levle": expected a KPI id such as "service_level"',
      'prometheus.kpis.1 is "aza": expected a KPI id such as "asa"',
    ]);
  });
});
