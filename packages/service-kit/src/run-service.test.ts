import { ConfigError } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { createLogger } from './logging.ts';
import { runService, type HostProcess, type RunScope } from './run-service.ts';
import { StartError } from './start-error.ts';

function harness(main: (scope: RunScope) => Promise<void>, deadlineMs = 10_000) {
  const listeners = new Map<string, (argument: unknown) => void>();
  const exits: number[] = [];
  const errors: string[] = [];
  const lines: string[] = [];
  const host: HostProcess = {
    on: (event, listener) => listeners.set(event, listener),
    off: (event) => listeners.delete(event),
    exit: (code) => void exits.push(code),
    writeError: (text) => void errors.push(text),
  };
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const code = runService('test', main, { host, logger, deadlineMs });
  const emit = (event: string, argument?: unknown) => listeners.get(event)?.(argument);
  return { code, emit, exits, errors, listeners, log: () => lines.join('') };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a signal runs the steps in reverse order, one after another, and ends with 0', async () => {
  const order: string[] = [];
  const { code, emit, exits, listeners } = harness(async (scope) => {
    scope.onStop('http', () => void order.push('http'));
    scope.onStop('consumer', async () => {
      await settled();
      order.push('consumer');
    });
  });
  await settled();
  emit('SIGTERM');
  expect(await code).toBe(0);
  expect([order, exits, listeners.size]).toEqual([['consumer', 'http'], [0], 0]);
});

test('main sees that stopping has begun, and a step added then runs at once', async () => {
  let late = false;
  const { code, emit } = harness(async (scope) => {
    await new Promise((resolve) => scope.stopping.addEventListener('abort', resolve));
    scope.onStop('late', () => void (late = true));
  });
  emit('SIGINT');
  expect(await code).toBe(0);
  await settled();
  expect(late).toBe(true);
});

test('a step that fails does not keep the others from running; the exit code tells', async () => {
  const order: string[] = [];
  const { code, emit, log } = harness(async (scope) => {
    scope.onStop('first', () => void order.push('first'));
    scope.onStop('second', () => {
      throw new Error('no');
    });
  });
  emit('SIGTERM');
  expect(await code).toBe(1);
  expect(order).toEqual(['first']);
  expect(log()).toContain('"step":"second"');
});

test('a step that hangs is given up at the deadline', async () => {
  const { code, emit, exits, log } = harness(async (scope) => {
    scope.onStop('hangs', () => new Promise<void>(() => {}));
  }, 20);
  emit('SIGTERM');
  expect(await code).toBe(1);
  expect(exits).toEqual([1]);
  expect(log()).toContain('"pending":["hangs"]');
});

test('a second signal ends at once', async () => {
  const { code, emit, exits } = harness(async (scope) => {
    scope.onStop('hangs', () => new Promise<void>(() => {}));
  });
  emit('SIGTERM');
  emit('SIGINT');
  expect(await code).toBe(1);
  expect(exits).toEqual([1]);
});

test.each(['uncaughtException', 'unhandledRejection'])(
  '%s is logged and ends at once with 1',
  async (event) => {
    let stopped = false;
    const { code, emit, log } = harness(async (scope) => {
      scope.onStop('step', () => void (stopped = true));
    });
    emit(event, new Error('the cause'));
    expect(await code).toBe(1);
    expect(log()).toContain('the cause');
    expect(stopped).toBe(false);
  },
);

test('a wrong configuration is told in plain sentences, one a line', async () => {
  const problems = ['a is 1: expected 2', 'b is 3: expected 4'].map((message) => ({
    path: '',
    value: 1,
    expected: '',
    message,
  }));
  const { code, errors } = harness(async () => {
    throw new ConfigError(problems);
  });
  expect(await code).toBe(1);
  expect(errors).toEqual(['vigie: a is 1: expected 2\n', 'vigie: b is 3: expected 4\n']);
});

test('what had started is stopped when the rest cannot start', async () => {
  let stopped = false;
  const { code, errors } = harness(async (scope) => {
    scope.onStop('http', () => void (stopped = true));
    throw new StartError('port 8080 is in use');
  });
  expect(await code).toBe(1);
  expect([stopped, errors]).toEqual([true, ['vigie: port 8080 is in use\n']]);
});

test('a service that loses progress stops itself with 1', async () => {
  const { code, log } = harness(async (scope) => scope.stop('the log is gone', 1));
  expect(await code).toBe(1);
  expect(log()).toContain('the log is gone');
});
