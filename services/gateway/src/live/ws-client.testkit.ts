import type { ServerMessage, TopicMessage } from '@vigie/contracts';
import { WebSocket, type ClientOptions } from 'ws';

type Op = ServerMessage['op'];
type Of<O extends Op> = Extract<ServerMessage, { readonly op: O }>;

/** Waits until something holds; a gateway that stops ends its clients, so that none outlives its test. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 8000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`waited 8 s for ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** A client that keeps what it is told. */
export class TestClient {
  readonly ws: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** Code and reason once closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(url: string, options: ClientOptions = {}) {
    this.ws = new WebSocket(url, options);
    this.ws.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as ServerMessage));
    this.ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.ws.on('error', () => {});
  }

  of<O extends Op>(op: O): Of<O>[] {
    return this.messages.filter((message): message is Of<O> => message.op === op);
  }
  /** The n-th message of a topic, once it has come. */
  async nextOf(topic: TopicMessage['topic'], n = 1): Promise<TopicMessage> {
    const ofTopic = (): TopicMessage[] =>
      (this.messages as readonly unknown[] as TopicMessage[]).filter((message) => message.topic === topic);
    await until(() => ofTopic().length >= n, `${n} of ${topic}`);
    return ofTopic()[n - 1]!;
  }
  /** The n-th message of a kind, once it has come. */
  async next<O extends Op>(op: O, n = 1): Promise<Of<O>> {
    await until(() => this.of(op).length >= n, `${n} of ${op}`);
    return this.of(op)[n - 1]!;
  }
  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  async whenClosed(): Promise<{ readonly code: number; readonly reason: string } | undefined> {
    await until(() => this.closed !== undefined, 'the connection to be closed');
    return this.closed;
  }
}

/** A client that is connected. */
export async function connected(url: string, options: ClientOptions = {}): Promise<TestClient> {
  const client = new TestClient(url, options);
  await new Promise<void>((done, fail) => client.ws.once('open', done).once('error', fail));
  return client;
}

/** Status of a handshake that is refused. */
export async function refusedWith(url: string, options: ClientOptions = {}): Promise<number | undefined> {
  const client = new TestClient(url, options);
  return new Promise((done, fail) => {
    client.ws.once('unexpected-response', (_request, response) => done(response.statusCode));
    client.ws.once('open', () => fail(new Error('the handshake was accepted')));
  });
}
