import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { startProxy, type Proxy } from './proxy.ts';
import { waitFor } from './wait.ts';

let echo: Server;
let heard: string;
let proxy: Proxy;

beforeEach(async () => {
  heard = '';
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => void echo.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy(() => (echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((resolve) => echo.close(resolve));
});

/** A client; what it got back, and whether its connection is still there. */
function connected() {
  const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
  const state = { got: '', open: true, chunks: 0, say: (text: string) => void socket.write(text), socket };
  socket.on('data', (chunk) => {
    state.chunks += 1;
    state.got += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => (state.open = false));
  return state;
}

const until = async (condition: () => boolean, what: string) => await waitFor(condition, { what });

test('what passes arrives whole and in order, whatever the proxy does to it meanwhile', async () => {
  const client = connected();
  let expected = '';
  const modes = [
    { kind: 'pass' },
    { kind: 'trickle' },
    { kind: 'delay', delayMs: 30 },
    { kind: 'pass' },
  ] as const;
  for (const mode of modes) {
    const harmed = proxy.harmed;
    proxy.become(mode);
    const said = `${mode.kind}:${'x'.repeat(3000)};`;
    client.say(said);
    expected += said;
    await until(() => heard === expected, `the server to hear ${mode.kind}`);
    expect(proxy.harmed > harmed).toBe(mode.kind !== 'pass');
  }
  await until(() => client.got.length >= expected.length, 'the echo');
  expect(client.got).toBe(expected);
  client.socket.destroy();
});

test('a cut resets what is open and what is opened', async () => {
  const before = connected();
  before.say('a');
  await until(() => before.got === 'a', 'the echo');
  proxy.become({ kind: 'cut' });
  await until(() => !before.open, 'the open connection to be reset');
  const during = connected();
  await until(() => !during.open, 'the new connection to be reset');
  proxy.become({ kind: 'pass' });
  const after = connected();
  after.say('b');
  await until(() => after.got === 'b', 'the echo after the cut');
  after.socket.destroy();
});

test('half open: the connection stays, nothing passes, and in the end it is reset', async () => {
  const client = connected();
  client.say('a');
  await until(() => client.got === 'a', 'the echo');
  proxy.become({ kind: 'halfOpen' });
  client.say('b');
  const other = connected();
  other.say('c');
  await until(() => proxy.harmed >= 1, 'the connection to be stalled');
  expect(client.open).toBe(true);
  expect(heard).toBe('a');
  proxy.become({ kind: 'pass' });
  await until(() => !client.open, 'the stalled connection to be reset');
  expect(client.got).toBe('a');
  other.socket.destroy();
});

test('a lost reply: the request was carried out, the connection is reset instead of the answer', async () => {
  proxy.become({ kind: 'loseReplies', chance: 1, random: () => 0 });
  const client = connected();
  client.say('commit');
  await until(() => !client.open, 'the connection to be reset');
  expect(heard).toBe('commit');
  expect(client.got).toBe('');
});

test('a rewriter of its own sees all of a connection, and answers in place of the server', async () => {
  const before = connected();
  before.say('before;');
  await until(() => before.got === 'before;', 'the echo');
  let asked = '';
  proxy.become({
    kind: 'rewrite',
    rewriter: () => ({
      request: (bytes) => void (asked += bytes.toString()),
      reply: (bytes) => ({ bytes: Buffer.from(bytes.toString().toUpperCase()), changed: true }),
    }),
  });
  await until(() => !before.open, 'what was open to be reset');
  const { harmed } = proxy;
  const client = connected();
  client.say('meanwhile;');
  await until(() => client.got === 'MEANWHILE;', 'another answer');
  expect(asked).toBe('meanwhile;');
  expect(proxy.harmed).toBe(harmed + 1);
  proxy.become({ kind: 'pass' });
  await until(() => !client.open, 'what was rewritten to be reset');
});
