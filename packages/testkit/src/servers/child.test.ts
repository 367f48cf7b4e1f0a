import { expect, test } from 'vitest';

import { startChild } from './child.ts';
import { freePort } from './ports.ts';
import { waitFor } from './wait.ts';

const node = async (script: string) =>
  await startChild({ name: 'script', command: process.execPath, args: ['-e', script] });

test('a child that ignores SIGTERM is killed when its grace is over', async () => {
  const child = await node(`process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`);
  await waitFor(() => child.stdout().includes('up'), { what: 'the child' });
  expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.running).toBe(false);
});

test('waiting for a port ends at once when the child dies, and shows what it said', async () => {
  const child = await node(`console.error('cannot bind'); process.exit(3)`);
  await expect(child.listening(await freePort(), 60_000)).rejects.toThrow(
    /ended instead of listening.*\n.*cannot bind/,
  );
});

test('a program that is not there is an error that names it', async () => {
  const missing = startChild({ name: 'Ghost', command: '/nowhere/ghost', args: [] });
  await expect(missing).rejects.toThrow('Ghost cannot be started');
});

test('waiting in vain says for what, and how long', async () => {
  const wait = waitFor(() => false, { what: 'Godot', timeoutMs: 30 });
  await expect(wait).rejects.toThrow('waited 30 ms in vain for Godot');
});
