import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { CHANNELS, FLOW_OUT_CAUSES, SEGMENT_KINDS } from '../events/fields.ts';
import { SERVICE_LEVEL_FORMULAS } from './formulas.ts';
import { checkConfiguration } from './check.ts';
import { resolveSemantic } from './resolve-semantic.ts';
import { ConfigurationSchema, type ConfigurationFile } from './schema.ts';
import { canonicalJson, semanticBody } from './semantic-body.ts';

const duration = (maxSeconds: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: maxSeconds }).map((seconds) => `${seconds}s`),
    fc.integer({ min: 1, max: maxSeconds * 1000 }).map((milliseconds) => `${milliseconds}ms`),
  );
const partial = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });

const sectionModel = {
  mode: fc.constantFrom('live' as const, 'async' as const),
  serviceLevel: partial({
    threshold: duration(120),
    shortAbandon: duration(20),
    formula: fc.constantFrom(...SERVICE_LEVEL_FORMULAS),
    boundary: fc.constantFrom('inclusive' as const, 'exclusive' as const),
    includeFlowOuts: fc.oneof(fc.boolean(), fc.array(fc.constantFrom(...FLOW_OUT_CAUSES), { maxLength: 4 })),
    segmentKinds: fc.array(fc.constantFrom(...SEGMENT_KINDS), { minLength: 1, maxLength: 4 }),
    clock: fc.constantFrom('segment' as const, 'contact' as const),
    answerEvent: fc.constantFrom('agent_joined' as const, 'first_agent_message' as const),
  }),
  firstResponse: partial({
    anchor: fc.constantFrom('customer_first_message' as const, 'queue_entry' as const),
    target: duration(600),
    clock: fc.constantFrom('elapsed' as const, 'business' as const),
    responseTimeIncludesFirst: fc.boolean(),
  }),
  includeOutOfHours: fc.boolean(),
  calendar: fc.constantFrom('always', 'office'),
};
const perChannel = (section: fc.Arbitrary<unknown>) =>
  partial(Object.fromEntries(CHANNELS.map((channel) => [channel, section])));
const targets = fc.dictionary(
  fc.constantFrom('service_level', 'service_level_live', 'asa'),
  fc.record({ target: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const queue = fc.oneof(
  partial({ ...sectionModel, channel: fc.constantFrom(...CHANNELS), sales: fc.boolean(), targets }),
  partial({
    ...sectionModel,
    channels: perChannel(partial({ ...sectionModel, targets })),
    name: fc.constant('Q'),
  }),
);

const wellFormed = fc.record(
  {
    centre: partial({
      timeZone: fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu'),
      dayStart: fc.constantFrom('00:00', '06:15', '23:45'),
      name: fc.constant('Support'),
    }),
    channels: perChannel(partial(sectionModel)),
    queues: fc.dictionary(fc.stringMatching(/^[a-z][a-z .-]{0,8}$/), queue, { maxKeys: 4 }),
    time: partial({ maxAcw: duration(3600), futureTolerance: duration(3600) }),
    cases: partial({ fcrWindow: fc.constantFrom('7d', '168h', '1d'), fcrCountAbandons: fc.boolean() }),
  },
  { requiredKeys: [] },
);
const calendars = { office: { mon: ['09:00-12:00', '13:00-18:00'] } };

/** Drops what most often contradicts the rest: short abandons, but for those of the voice channel. */
function tamed(file: ConfigurationFile): ConfigurationFile {
  const without = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const kept = Object.entries(value).filter(
      ([key, item]) => key !== 'shortAbandon' && !isEmptyChannels(key, item),
    );
    return Object.fromEntries(kept.map(([key, item]) => [key, without(item)]));
  };
  const voice = file.channels?.voice;
  const tame = without(file) as ConfigurationFile;
  return voice === undefined
    ? tame
    : { ...tame, channels: { ...tame.channels, voice: { ...voice, mode: 'live' } } };
}
const isEmptyChannels = (key: string, item: unknown) =>
  key === 'channels' && Object.keys(item as object).length === 0;

/** Well-formed files, most of them free of contradictions. */
const arbitraryFile = fc.tuple(wellFormed, fc.integer({ min: 0, max: 3 })).map(([file, wild]) => {
  const whole = { ...file, calendars } as ConfigurationFile;
  return wild === 0 ? whole : tamed(whole);
});

describe('an accepted configuration', () => {
  test('resolves for every queue and channel, with a short abandon within the threshold', () => {
    fc.assert(
      fc.property(arbitraryFile, fc.string(), (file, queue) => {
        const result = checkConfiguration(file);
        fc.pre(result.ok);
        if (!result.ok) return;
        const { semantic, presentation } = result.configuration;
        for (const name of [undefined, queue, ...Object.keys(file.queues ?? {})]) {
          for (const channel of CHANNELS) {
            const settings = semantic.settings(name, channel);
            expect(semantic.settings(name, channel)).toBe(settings);
            const { thresholdMs, shortAbandonMs } = settings.serviceLevel;
            expect(shortAbandonMs === undefined).toBe(settings.mode === 'async');
            if (shortAbandonMs !== undefined) expect(shortAbandonMs).toBeLessThanOrEqual(thresholdMs);
            expect(presentation.targetsOf(name ?? '_all', channel).get('service_level')).toBeDefined();
          }
        }
      }),
    );
  });

  test('is accepted by the compiled schema too', () => {
    const validator = Compile(ConfigurationSchema);
    const files = fc.sample(arbitraryFile, 300).filter((file) => checkConfiguration(file).ok);
    expect(files.length).toBeGreaterThan(150);
    for (const file of files) expect(validator.Check(file)).toBe(true);
  });

  test('means the same as its semantic body, whose canonical form does not change when it is read again', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        const result = checkConfiguration(file);
        fc.pre(result.ok);
        if (!result.ok) return;
        const body = semanticBody(result.configuration);
        const again = resolveSemantic(JSON.parse(JSON.stringify(body)) as Record<string, unknown>);
        const { semantic } = result.configuration;
        expect([again.timeZone, again.dayStartMs, again.time]).toEqual([
          semantic.timeZone,
          semantic.dayStartMs,
          semantic.time,
        ]);
        expect(again.queueChannels).toEqual(semantic.queueChannels);
        for (const queue of [undefined, ...Object.keys(file.queues ?? {})]) {
          for (const channel of CHANNELS) {
            const ordered = (settings: ReturnType<typeof again.settings>) => ({
              ...settings,
              serviceLevel: {
                ...settings.serviceLevel,
                segmentKinds: [...new Set(settings.serviceLevel.segmentKinds)].sort(),
                includeFlowOuts: flowOuts(settings.serviceLevel.includeFlowOuts),
              },
            });
            expect(ordered(again.settings(queue, channel))).toEqual(
              ordered(semantic.settings(queue, channel)),
            );
          }
        }
        const reread = semanticBody(semanticFile(body));
        expect(canonicalJson(reread)).toBe(canonicalJson(body));
      }),
    );
  });
});

/** A body read as a file again. */
function semanticFile(body: Record<string, unknown>) {
  const result = checkConfiguration(body);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.configuration;
}

function flowOuts(value: boolean | readonly string[]): unknown {
  if (typeof value === 'boolean') return value;
  return value.length === 0 ? false : [...new Set(value)].sort();
}

describe('a refused configuration', () => {
  test('names a key that is misspelt anywhere by its path', () => {
    fc.assert(
      fc.property(arbitraryFile, fc.nat(), fc.stringMatching(/^[a-z]{1,8}X$/), (file, pick, key) => {
        const copy = JSON.parse(JSON.stringify(file)) as Record<string, unknown>;
        const places = sections(copy, '');
        const place = places[pick % places.length];
        if (place === undefined) return;
        place.section[key] = 1;
        const result = checkConfiguration(copy);
        if (result.ok) throw new Error('a misspelt key was accepted');
        const path = place.path === '' ? key : `${place.path}.${key}`;
        expect(result.problems.some(({ message }) => message.startsWith(`${path} is not a known key`))).toBe(
          true,
        );
      }),
    );
  });
});

/** Objects of a file whose keys are fixed, with their paths. */
function sections(
  value: Record<string, unknown>,
  path: string,
): { path: string; section: Record<string, unknown> }[] {
  const isMap = /^(queues|agents|sources|calendars)$/.test(path) || path.endsWith('targets');
  const own = isMap ? [] : [{ path, section: value }];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? sections(item as Record<string, unknown>, path === '' ? key : `${path}.${key}`)
      : [],
  );
  return [...own, ...inner];
}
