import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A connection that sends whatever frames a test makes, and remembers how it was closed. */
export class RawClient {
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

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 8000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error('waited 8 s in vain');
    await new Promise((done) => setTimeout(done, 5));
  }
}
