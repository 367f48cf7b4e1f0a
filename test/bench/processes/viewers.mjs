/** Many viewers in one process, on bare sockets: they count what they are told, and read no more of it than that takes. */
import { randomBytes } from 'node:crypto';
import { connect as connectTo } from 'node:net';

import { serveTasks } from '../worker.mjs';

const HANDSHAKE_END = Buffer.from('\r\n\r\n');
const TEXT = 1;
const PING = 9;
const PONG = 10;
/** Where the kind of a message stands: `{"op":"snapshot"`. */
const OP_AT = 7;
/** All sockets read into one: what is counted is not kept. */
const SHARED = Buffer.allocUnsafe(256 * 1024);

/** @type {Set<Viewer>} */
const viewers = new Set();
const counts = { snapshot: 0, delta: 0, heartbeat: 0, other: 0 };
const KINDS = { s: 'snapshot', d: 'delta', h: 'heartbeat' };

/** A client's frame of a short message. @param {number} opcode @param {Buffer} payload */
function masked(opcode, payload) {
  const extended = payload.length > 125;
  const head = Buffer.alloc(extended ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (extended ? 126 : payload.length);
  if (extended) head.writeUInt16BE(payload.length, 2);
  // a mask of zeros leaves the payload as it is
  return Buffer.concat([head, payload]);
}

class Viewer {
  #isUp = false;
  #rest = Buffer.alloc(0);
  /** Bytes of a frame that are still to come and that nobody looks at. */
  #skip = 0;
  #subscription;
  #onFresh;

  constructor({ host, port, subscription, reads = true, onFresh = () => undefined }) {
    this.#subscription = Buffer.from(JSON.stringify({ op: 'subscribe', id: 'v', ...subscription }));
    this.#onFresh = onFresh;
    const callback = (bytes, buffer) => {
      this.#read(buffer.subarray(0, bytes));
      return reads || !this.#isUp;
    };
    this.socket = connectTo({ host, port, onread: { buffer: SHARED, callback } });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => viewers.delete(this));
    const key = randomBytes(16).toString('base64');
    this.socket.write(
      `GET /v1/live HTTP/1.1\r\nhost: ${host}:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: ${key}\r\nsec-websocket-version: 13\r\n\r\n`,
    );
    viewers.add(this);
  }

  #read(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    if (!this.#isUp) {
      const end = bytes.indexOf(HANDSHAKE_END);
      if (end < 0) return this.#keep(bytes);
      if (!bytes.toString('latin1', 0, 12).endsWith('101')) return void this.socket.destroy();
      this.#isUp = true;
      this.socket.write(masked(TEXT, this.#subscription));
      bytes = bytes.subarray(end + 4);
    }
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
      if (bytes.length === 0) return;
      const taken = this.#frame(bytes);
      if (taken === 0) return this.#keep(bytes);
      this.#skip = taken;
    }
  }

  /** What is left of a shared buffer must be copied. */
  #keep(bytes) {
    this.#rest = Buffer.from(bytes);
  }

  /** Looks at the head of a frame; answers its length in all, 0 when too little of it is there. */
  #frame(bytes) {
    if (bytes.length < 2) return 0;
    const short = bytes[1] & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < headBytes + OP_AT + 1 && (short >= 126 || bytes.length < 2 + short)) return 0;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    const opcode = bytes[0] & 0x0f;
    if (opcode === PING) this.socket.write(masked(PONG, Buffer.alloc(0)));
    if (opcode === TEXT) {
      const kind = KINDS[String.fromCharCode(bytes[headBytes + OP_AT])] ?? 'other';
      counts[kind] += 1;
      if (kind === 'snapshot') this.#onFresh();
    }
    return headBytes + length;
  }
}

/** Connects so many at once; answers how long each took until it had its figures, ms. */
async function connectAll({ url, count, subscription, reads = true }) {
  const { hostname: host, port } = new URL(url);
  const began = performance.now();
  const one = async () =>
    await new Promise((resolve, reject) => {
      const onFresh = () => resolve(performance.now() - began);
      const viewer = new Viewer({ host, port: Number(port), subscription, reads, onFresh });
      viewer.socket.on('close', () => reject(new Error('a viewer was cut off')));
    });
  return await Promise.all(Array.from({ length: count }, one));
}

serveTasks({
  /** A few at a time, so that nobody has to wait for the storm. */
  async connect({ count, atOnce = 200, ...rest }) {
    for (let left = count; left > 0; left -= atOnce)
      await connectAll({ ...rest, count: Math.min(left, atOnce) });
  },
  /** Viewers that ask for figures and read none of what they are told from then on. */
  stick: ({ url, count, subscription }) => {
    const { hostname: host, port } = new URL(url);
    for (let index = 0; index < count; index++)
      new Viewer({ host, port: Number(port), subscription, reads: false });
  },
  /** All connections break at one instant, and all come back at once. */
  async reconnect(argument) {
    const broken = [...viewers];
    for (const viewer of broken) viewer.socket.resetAndDestroy();
    viewers.clear();
    const times = await connectAll({ ...argument, count: broken.length });
    return { lastMs: Math.max(...times), medianMs: times.sort((a, b) => a - b)[times.length >> 1] };
  },
  counts: () => ({ ...counts, connected: viewers.size }),
});
