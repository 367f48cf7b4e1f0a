import type { Question } from '@vigie/contracts';
import type { Owners } from '@vigie/engine';
import { createLogger, hashOfKey, makeKey } from '@vigie/service-kit';
import { frame, row, ScriptedFeed, startGateway } from './gateway.testkit.ts';

/** Keys of the tests by name. */
export const KEYS = {
  all: makeKey(),
  sales: makeKey(),
  boss: makeKey(),
  lead: makeKey(),
  sender: makeKey(),
  paris: makeKey(),
  brief: makeKey(),
  hall: makeKey(),
} as const;
export type KeyName = keyof typeof KEYS;
const entry = (name: KeyName, more: object) => ({ name, hash: hashOfKey(KEYS[name]), ...more });

/** A key that sees all, one that sees some queues, both again with `supervise`, and those that may see nothing here. */
export const ACCESS = {
  keys: [
    entry('all', { roles: ['read'] }),
    entry('sales', { roles: ['read'], queues: ['sales-*'] }),
    entry('boss', { roles: ['supervise'] }),
    entry('lead', { roles: ['supervise'], queues: ['sales-*'] }),
    entry('sender', { roles: ['ingest', 'import'] }),
    entry('paris', { roles: ['supervise'], centres: ['paris'] }),
    entry('brief', { roles: ['read'], expires: '2026-11-21' }),
  ],
  screens: [entry('hall', { queues: ['sales-*'] })],
};

/** In every name and figure of what the keys for `sales-*` must not be told. */
export const CANARY = 'canary';
const CANARY_VALUE = 987_654_321;

/** An owner that keeps what it was asked, and whose answers are the canary's. */
export class CanaryOwner implements Owners {
  readonly asked: Question[] = [];
  async ask(question: Question) {
    this.asked.push(question);
    const agents = [
      { agent: `${CANARY}-ann`, queues: [`support-${CANARY}`], kpis: {} },
      { agent: 'bob', queues: ['sales-fr'], kpis: {} },
    ];
    const contacts = [{ contact: `${CANARY}-1`, queue: `support-${CANARY}`, state: 'waiting' }];
    return { type: 'application/json', body: [JSON.stringify({ agents, contacts, corrections: contacts })] };
  }
}

/** A gateway with keys, a queue that is seen, and ones that are not. */
export async function guarded(file: object = { access: ACCESS }) {
  const lines: string[] = [];
  const logger = createLogger({
    ...{ name: 'test', level: 'trace' },
    destination: { write: (line) => void lines.push(line) },
  });
  const owner = new CanaryOwner();
  const gateway = await startGateway(file, new ScriptedFeed(), owner, logger);
  const secret = { offered: { value: CANARY_VALUE, n: CANARY_VALUE } };
  const rows = (n: number) => [
    row('sales-fr', { offered: { value: n, n } }),
    row(`support-${CANARY}`, secret),
    row('_all', secret, { channel: '_all' }),
    row('_other', secret),
  ];
  const publish = async (seq: number) => await gateway.feed.publish(frame(seq, rows(seq)));
  await publish(1);
  const bearer = (name: KeyName) => ({ authorization: `Bearer ${KEYS[name]}` });
  const get = async (url: string, name: KeyName) => await gateway.http.inject({ url, headers: bearer(name) });
  const ticketOf = async (name: KeyName): Promise<string> => {
    const answer = await gateway.http.inject({ method: 'POST', url: '/v1/tickets', headers: bearer(name) });
    return answer.json<{ ticket: string }>().ticket;
  };
  return { ...gateway, owner, lines, publish, bearer, get, ticketOf };
}

/** Is anything of what must not be seen in a text? */
export function isLeaking(text: string): boolean {
  return text.includes(CANARY) || text.includes(String(CANARY_VALUE));
}
