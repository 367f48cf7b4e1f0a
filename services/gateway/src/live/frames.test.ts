import { afterEach, expect, test } from 'vitest';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';
import { RawClient, until } from './raw-client.testkit.ts';
import { connected } from './ws-client.testkit.ts';

afterEach(stopGateways);

const [CONTINUATION, TEXT, BINARY, PING] = [0, 1, 2, 9];
const KIB = Buffer.alloc(1024, 'x');

test.each<[string, (client: RawClient) => void, number]>([
  ['a message of too many fragments', (client) => fragments(client, 65), 1009],
  ['continuation frames without an end', (client) => fragments(client, 5000), 1009],
  ['many fragments of nothing, without an end', (client) => fragments(client, 20_000, Buffer.alloc(0)), 0],
  ['a message that says it is 2^62 bytes long', (client) => client.socket.write(hugeHead()), 1009],
  ['a frame without a mask', (client) => client.send(TEXT, KIB, { masked: false }), 1002],
  ['a frame with a reserved bit', (client) => client.send(TEXT, KIB, { reserved: 0x40 }), 1002],
  ['an opcode that does not exist', (client) => client.send(5, KIB), 1002],
  ['a continuation of nothing', (client) => client.send(CONTINUATION, KIB), 1002],
  ['text that is not UTF-8', (client) => client.send(TEXT, Buffer.from([0xc3, 0x28])), 1007],
  ['a ping of more than 125 bytes', (client) => client.send(PING, KIB), 1002],
  ['a flood of pings', (client) => times(100, () => client.send(PING, Buffer.alloc(0))), 1008],
  ['a flood of binary messages', (client) => times(100, () => client.send(BINARY, KIB)), 1008],
])('%s ends that connection, and no other', async (_name, attack, code) => {
  const { liveUrl, feed, url } = await startGateway();
  await feed.publish(frame(1, [row('sales', { offered: { value: 1, n: 1 } })]));
  const viewer = await connected(liveUrl);
  viewer.send({ op: 'subscribe', id: 's1' });
  await viewer.next('snapshot');
  const client = new RawClient(Number(new URL(url).port));
  await client.open();
  attack(client);
  if (code === 0) client.socket.destroy();
  await until(() => client.isEnded || client.closeCode !== undefined);
  if (code !== 0) expect(client.closeCode).toBe(code);
  const askedMs = performance.now();
  await feed.publish(frame(2, [row('sales', { offered: { value: 2, n: 2 } })]));
  await viewer.next('delta');
  expect(performance.now() - askedMs).toBeLessThan(1000);
  client.socket.destroy();
});

function fragments(client: RawClient, count: number, part = KIB): void {
  client.send(TEXT, part, { fin: false });
  times(count, () => client.send(CONTINUATION, part, { fin: false }));
}

function hugeHead(): Buffer {
  const head = Buffer.alloc(14);
  head[0] = 0x80 | TEXT;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(2n ** 62n, 2);
  return head;
}

function times(count: number, act: () => void): void {
  for (let n = 0; n < count; n++) act();
}
