import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@vigie/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configVersionOf } from './version.ts';
import { loadConfiguration, type LoadOptions } from './load.ts';
import { isLoopback } from './bind-rule.ts';
import { parseYaml } from './yaml-file.ts';

let root = '';
let serial = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-configuration-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function fileOf(text: string): Promise<string> {
  serial += 1;
  const file = join(root, `vigie-${serial}.yaml`);
  await writeFile(file, text);
  return file;
}

const load = (options: Partial<LoadOptions>) => loadConfiguration({ env: {}, cwd: root, ...options });

async function sentences(options: Partial<LoadOptions>): Promise<readonly string[]> {
  try {
    await load(options);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

describe('where values come from', () => {
  test('without a file, variables or flags everything has its default', async () => {
    const loaded = await load({});
    expect(loaded.file).toBeUndefined();
    expect(loaded.configuration.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect([loaded.logLevel, loaded.allowOpen]).toEqual(['info', false]);
  });

  test('vigie.yaml of the working directory is read when no file is named', async () => {
    const cwd = await mkdtemp(join(root, 'cwd-'));
    await writeFile(join(cwd, 'vigie.yaml'), 'server: { port: 9000 }\n');
    const loaded = await load({ cwd });
    expect([loaded.configuration.server.port, loaded.file]).toEqual([9000, join(cwd, 'vigie.yaml')]);
  });

  test('a variable overrides the file, a flag overrides both', async () => {
    const file = await fileOf(
      'server: { host: localhost, port: 9000, basePath: /wall }\ndataDirectory: from-file\n',
    );
    const env = { VIGIE_PORT: '9001', VIGIE_DATA: 'from-env', PATH: '/bin' };
    const { configuration: byEnv } = await load({ file, env });
    expect(byEnv.server).toMatchObject({ host: 'localhost', port: 9001, basePath: '/wall/' });
    expect(byEnv.dataDirectory).toBe('from-env');
    const flags = { host: '127.0.0.1', port: '9002', data: 'from-flag' };
    const { configuration: byFlag } = await load({ file, env, flags });
    expect(byFlag.server).toMatchObject({ host: '127.0.0.1', port: 9002, basePath: '/wall/' });
    expect(byFlag.dataDirectory).toBe('from-flag');
  });

  test('every variable reaches its setting, and an empty one counts as absent', async () => {
    const { configuration, logLevel } = await load({
      env: {
        VIGIE_KAFKA_BROKERS: 'k1:9092,k2:9092',
        VIGIE_REDIS_URL: 'redis://localhost:6379',
        VIGIE_HOST: 'localhost',
        VIGIE_ADVERTISED_URL: 'http://vigie-0:8080/',
        VIGIE_LOG_LEVEL: 'debug',
        VIGIE_PORT: '',
      },
    });
    expect(configuration.kafka?.brokers).toEqual(['k1:9092', 'k2:9092']);
    expect(configuration.redis?.url).toBe('redis://localhost:6379');
    expect(configuration.server).toMatchObject({ port: 8080, advertisedUrl: 'http://vigie-0:8080' });
    expect(logLevel).toBe('debug');
  });

  test('a command chooses the port and the directory where nothing names them', async () => {
    const { configuration } = await load({ defaultPort: 8081, defaultDataDirectory: '.vigie-demo' });
    expect([configuration.server.port, configuration.dataDirectory]).toEqual([8081, '.vigie-demo']);
  });
});

describe('what is refused', () => {
  test('a named file that does not exist', async () => {
    expect(await sentences({ file: join(root, 'none.yaml') })).toEqual([
      `${join(root, 'none.yaml')} does not exist: --config names the configuration file`,
    ]);
  });

  test('a syntax error, with line and column', async () => {
    const file = await fileOf('server:\n  port: 8080\n  host: [127.0.0.1\nqueues: {}\n');
    const found = await sentences({ file });
    expect(found[0]).toMatch(new RegExp(`^${file}:4:1: `));
  });

  test('a key that stands twice', async () => {
    const file = await fileOf('queues:\n  a: {}\n  a: {}\n');
    expect(await sentences({ file })).toEqual([`${file}:3:3: the key stands twice`]);
  });

  test('a document that is no map', async () => {
    expect((await sentences({ file: await fileOf('- 1\n'), env: { VIGIE_PORT: '1' } }))[0]).toContain(
      'the configuration is [1]: expected keys and values',
    );
  });

  test('an unknown variable, with the nearest known one', async () => {
    expect(
      await sentences({
        env: { VIGIE_KAFKA_BROKER: 'a:1', VIGIE_LOG_LEVEL: 'loud', VIGIE_ALLOW_OPEN: 'yes' },
      }),
    ).toEqual([
      'VIGIE_KAFKA_BROKER is not a variable Vigie knows: did you mean VIGIE_KAFKA_BROKERS?',
      'VIGIE_LOG_LEVEL is "loud": expected one of trace, debug, info, warn, error, fatal, silent',
      'VIGIE_ALLOW_OPEN is "yes": expected 1 or 0',
    ]);
  });

  test('not a variable that the file names as a secret’s', async () => {
    const file = await fileOf('sources: { desk: { type: chatwoot, secretEnv: VIGIE_DESK_SECRET } }\n');
    expect(await sentences({ file, env: { VIGIE_DESK_SECRET: 'x' } })).toEqual([]);
    expect(await sentences({ env: { VIGIE_DESK_SECRET: 'x' } })).toHaveLength(1);
  });

  test('a wrong value of a variable or flag, naming where it comes from', async () => {
    expect(await sentences({ env: { VIGIE_PORT: 'http' } })).toEqual([
      'server.port (from VIGIE_PORT) is "http": expected a whole number from 0 to 65535',
    ]);
    expect((await sentences({ env: { VIGIE_PORT: 'http' }, flags: { port: 70_000 } }))[0]).toMatch(
      /^server\.port \(from --port\) is 70000/,
    );
  });

  test('an internal key that could be guessed, without repeating it', async () => {
    const found = await sentences({ env: { VIGIE_INTERNAL_KEY: 'hunter2' } });
    expect(found).toEqual([
      'VIGIE_INTERNAL_KEY is wrong (its value is not shown): expected 32 to 400 letters and digits, such as "openssl rand -hex 32" prints',
    ]);
    const internalKey = 'k'.repeat(32);
    expect(await load({ env: { VIGIE_INTERNAL_KEY: internalKey } })).toMatchObject({ internalKey });
  });

  test('an address off loopback, unless access is configured or it is allowed', async () => {
    const file = await fileOf('access: { keys: [] }\nserver: { host: 0.0.0.0 }\n');
    expect((await load({ file })).configuration.access?.keys).toEqual([]);
    const flags = { host: '0.0.0.0' };
    expect((await sentences({ flags }))[0]).toMatch(/^server\.host is "0\.0\.0\.0": .*VIGIE_ALLOW_OPEN=1/);
    expect((await load({ flags, env: { VIGIE_ALLOW_OPEN: '1' } })).allowOpen).toBe(true);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('times, dates and versions in YAML stay the text that was written', () => {
  expect(parseYaml('a: 06:00\nb: 2026-12-25\nc: 20s\nd: no', 'f')).toEqual({
    a: '06:00',
    b: '2026-12-25',
    c: '20s',
    d: 'no',
  });
});

test('a document of aliases that multiply is refused', () => {
  const layer = (name: string, of: string) => `${name}: &${name} [${Array(12).fill(`*${of}`).join(', ')}]`;
  const bomb = ['a: &a [x, x]', layer('b', 'a'), layer('c', 'b'), layer('d', 'c'), layer('e', 'd')].join(
    '\n',
  );
  expect(() => parseYaml(bomb, 'vigie.yaml')).toThrow(ConfigError);
});

test('the version of a configuration does not depend on the order of its keys', () => {
  const version = configVersionOf({ a: 1, b: { c: 2, d: 3 } });
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(configVersionOf({ b: { d: 3, c: 2 }, a: 1 })).toBe(version);
  expect(configVersionOf({ a: 1, b: { c: 2, d: 4 } })).not.toBe(version);
});
