import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';
import { connected } from './ws-client.testkit.ts';

afterEach(stopGateways);

/** A connection that sends whatever frames a test makes, and remembers how it was closed. */
class RawClient {
  readonly socket: Socket;
  readonly #port: number;
  #heard = Buffer.alloc(0);
  isEnded = false;

  constructor(port: number) {
    this.#port = port;
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data) => (this.#heard = Buffer.concat([this.#heard, data])));
    this.socket.on('error', () => {});
    this.socket.on('close', () => (this.isEnded = true));
  }

  async open(): Promise<void> {
    const head = [
      ...[
        'GET /v1/live HTTP/1.1',
        `host: localhost:${this.#port}`,
        'connection: upgrade',
        'upgrade: websocket',
      ],
      ...['sec-websocket-version: 13', `sec-websocket-key: ${randomBytes(16).toString('base64')}`, '', ''],
    ];
    this.socket.write(head.join('\r\n'));
    await until(() => this.#heard.includes('101 Switching Protocols'));
  }

  /** A masked frame, as clients send them. */
  send(opcode: number, payload: Buffer, { fin = true, masked = true, reserved = 0 } = {}): void {
    const { length } = payload;
    const size = length < 126 ? [length] : length < 65_536 ? [126] : [127];
    const extended = length < 126 ? Buffer.alloc(0) : length < 65_536 ? Buffer.alloc(2) : Buffer.alloc(8);
    if (extended.length === 2) extended.writeUInt16BE(length);
    if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
    const mask = randomBytes(4);
    const body = masked ? payload.map((byte, index) => byte ^ mask[index % 4]!) : payload;
    const head = Buffer.from([(fin ? 0x80 : 0) | reserved | opcode, (masked ? 0x80 : 0) | size[0]!]);
    this.socket.write(Buffer.concat([head, extended, ...(masked ? [mask] : []), Buffer.from(body)]));
  }

  /** The code of the server's close frame, or `undefined`. */
  get closeCode(): number | undefined {
    const at = this.#heard.lastIndexOf(Buffer.from([0x88]));
    return at < 0 || at + 4 > this.#heard.length ? undefined : this.#heard.readUInt16BE(at + 2);
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 8000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error('waited 8 s in vain');
    await new Promise((done) => setTimeout(done, 5));
  }
}

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
