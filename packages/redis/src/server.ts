import { type Client, ready } from './connection.ts';

/**
 * Which run of which server answers on a connection. Another one, after a restart or a failover, may lack the last
 * writes of the one before; asked once for each connection.
 */
export class Server {
  readonly #client: Client;
  #asked: Promise<string | undefined> | undefined;

  constructor(client: Client) {
    this.#client = client;
    client.on('close', () => (this.#asked = undefined));
  }

  /** Its `run_id`; `undefined` where it is hidden, and of a cluster, whose nodes are many. */
  async identity(): Promise<string | undefined> {
    if (this.#client.isCluster) return undefined;
    await ready(this.#client);
    this.#asked ??= this.#ask();
    return await this.#asked;
  }

  async #ask(): Promise<string | undefined> {
    try {
      return /^run_id:(\w+)/m.exec(await this.#client.info('server'))?.[1];
    } catch (error) {
      this.#asked = undefined;
      // A server that forbids INFO says so; of one that is away nothing is known.
      if (error instanceof Error && /^(NOPERM|ERR unknown)/.test(error.message)) return undefined;
      throw error;
    }
  }
}
