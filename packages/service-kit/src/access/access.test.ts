import { afterEach, expect, test } from 'vitest';
import { checkConfiguration, type AccessSettings } from '@vigie/contracts';
import { createLogger } from '../logging.ts';
import { Access } from './access.ts';
import { hashOfKey, makeKey } from './key.ts';
import { ACCESS_LIMITS } from './limits.ts';

let lines: string[] = [];
afterEach(() => (lines = []));
const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });

const KEYS = { reader: makeKey(), sender: makeKey(), wall: makeKey(), old: makeKey() };
const FILE = {
  keys: [
    { name: 'reader', hash: hashOfKey(KEYS.reader), roles: ['supervise'], queues: ['sales-*'] },
    { name: 'sender', hash: hashOfKey(KEYS.sender), roles: ['ingest'], sources: ['asterisk://*'] },
    { name: 'old', hash: hashOfKey(KEYS.old), roles: ['read'], expires: '2026-11-21' },
  ],
  screens: [{ name: 'wall', hash: hashOfKey(KEYS.wall) }],
};
const NOW_MS = Date.UTC(2026, 10, 21, 10, 15);

function settingsOf(access: object): AccessSettings {
  const result = checkConfiguration({ access });
  if (!result.ok || result.configuration.access === undefined) throw new Error('the test configures access');
  return result.configuration.access;
}

function made(access: object | undefined = FILE) {
  let nowMs = NOW_MS;
  const settings = access === undefined ? undefined : settingsOf(access);
  const one = new Access({ settings, clock: () => nowMs, logger });
  return { access: one, pass: (ms: number) => (nowMs += ms) };
}
const bearer = (key: string): string => `Bearer ${key}`;

test('keys are long, unlike each other, and not to be found in what is kept of them', () => {
  const keys = Array.from({ length: 100 }, makeKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) {
    expect(key).toMatch(/^vigie_[A-Za-z0-9_-]{43}$/);
    expect(hashOfKey(key)).toMatch(/^sha256:[0-9a-f]{64}$/);
  }
});

test('a key is who it is named for, with its rights and no others', () => {
  const { access } = made();
  const reader = access.authenticate(bearer(KEYS.reader), 'a');
  if (!reader.ok) throw new Error(reader.detail);
  const { principal } = reader;
  expect(principal.name).toBe('reader');
  expect(
    ['read', 'supervise', 'admin', 'ingest', 'import'].map((role) => principal.may(role as 'read')),
  ).toEqual([true, true, false, false, false]);
  expect(['sales-fr', 'support', '_all'].map((queue) => principal.seesQueue(queue))).toEqual([
    true,
    false,
    false,
  ]);
  const sender = access.authenticate(bearer(KEYS.sender), 'a');
  if (!sender.ok) throw new Error(sender.detail);
  expect(['asterisk://pbx/x', 'chatwoot://x'].map((source) => sender.principal.sendsOf(source))).toEqual([
    true,
    false,
  ]);
});

test.each([
  [undefined, 'no_key'],
  ['', 'malformed'],
  ['Bearer', 'malformed'],
  [`Basic ${KEYS.reader}`, 'malformed'],
  [KEYS.reader, 'malformed'],
  [`Bearer ${KEYS.reader} ${KEYS.reader}`, 'malformed'],
  [`Bearer ${'x'.repeat(600)}`, 'malformed'],
  [`Bearer ${KEYS.reader}x`, 'unknown_key'],
  [`Bearer ${KEYS.reader.slice(0, -1)}`, 'unknown_key'],
  [`Bearer ${KEYS.reader.toUpperCase()}`, 'unknown_key'],
  [`Bearer ${hashOfKey(KEYS.reader).slice(7)}`, 'unknown_key'],
])('the header %j is refused', (header, reason) => {
  expect(made().access.authenticate(header, 'a')).toMatchObject({ ok: false, status: 401, reason });
});

test('a key is taken to the end of its last day', () => {
  const { access, pass } = made();
  const verdict = access.authenticate(bearer(KEYS.old), 'a');
  expect(verdict.ok).toBe(true);
  pass(Date.UTC(2026, 10, 22) - NOW_MS - 1);
  expect(verdict.ok && access.isCurrent(verdict.principal)).toBe(true);
  pass(1);
  expect(verdict.ok && access.isCurrent(verdict.principal)).toBe(false);
  expect(access.authenticate(bearer(KEYS.old), 'a')).toMatchObject({ status: 401, reason: 'expired_key' });
});

test('a ticket is good once, for half a minute, and for who asked', async () => {
  const { access, pass } = made();
  const verdict = access.authenticate(bearer(KEYS.wall), 'a');
  if (!verdict.ok) throw new Error(verdict.detail);
  const issue = async () => {
    const issued = await access.issueTicket(verdict.principal);
    if (!issued.ok) throw new Error(issued.detail);
    return issued.ticket;
  };
  const ticket = await issue();
  expect(await access.redeem(ticket, 'a')).toMatchObject({
    ok: true,
    principal: { name: 'wall', isScreen: true },
  });
  expect(await access.redeem(ticket, 'a')).toMatchObject({ ok: false, status: 401, reason: 'bad_ticket' });
  const late = await issue();
  pass(ACCESS_LIMITS.ticketLifeMs);
  expect(await access.redeem(late, 'a')).toMatchObject({ ok: false, reason: 'bad_ticket' });
  for (const forged of ['', 'x', ticket.slice(1), 'y'.repeat(10_000)])
    expect(await access.redeem(forged, 'a')).toMatchObject({ ok: false, reason: 'bad_ticket' });
  const early = await issue();
  access.replaceKeys(settingsOf({ keys: FILE.keys }));
  expect(await access.redeem(early, 'a')).toMatchObject({ ok: false, reason: 'bad_ticket' });
});

test('tickets have room for all: one key cannot take that of others, and what is void makes room', async () => {
  const { access, pass } = made();
  const holder = (key: string) => {
    const verdict = access.authenticate(bearer(key), 'a');
    if (!verdict.ok) throw new Error(verdict.detail);
    return verdict.principal;
  };
  const greedy = holder(KEYS.reader);
  for (let n = 0; n < ACCESS_LIMITS.ticketsPerKey; n++)
    expect((await access.issueTicket(greedy)).ok).toBe(true);
  expect(await access.issueTicket(greedy)).toMatchObject({ status: 429, reason: 'too_many_tickets' });
  expect((await access.issueTicket(holder(KEYS.wall))).ok).toBe(true);
  pass(1000);
  expect((await access.issueTicket(greedy)).ok).toBe(true);
});

test('who fails often is told to wait, and is not in the log again; a valid key is taken all the same', () => {
  const { access, pass } = made();
  const statuses = Array.from({ length: 30 }, () => {
    const verdict = access.authenticate('Bearer nonsense', '10.0.0.1');
    return verdict.ok ? 200 : verdict.status;
  });
  expect(statuses.filter((status) => status === 401)).toHaveLength(ACCESS_LIMITS.failuresPerAddress);
  expect(statuses.at(-1)).toBe(429);
  expect(lines).toHaveLength(ACCESS_LIMITS.failuresPerAddress);
  expect(access.authenticate(bearer(KEYS.reader), '10.0.0.1').ok).toBe(true);
  expect(access.authenticate('Bearer nonsense', '10.0.0.2')).toMatchObject({ status: 401 });
  pass(2000);
  expect(access.authenticate('Bearer nonsense', '10.0.0.1')).toMatchObject({ status: 401 });
  expect(access.authenticate('Bearer nonsense', '10.0.0.1')).toMatchObject({ status: 429 });
});

test('the failures of many addresses are bounded, and what is forgotten is counted', () => {
  const { access } = made();
  for (let n = 0; n < ACCESS_LIMITS.addresses + 5; n++) access.authenticate(undefined, `10.0.${n}`);
  const families = [...access.families()];
  const of = (name: string) => [...(families.find((family) => family.name === name)?.samples ?? [])];
  expect(of('vigie_access_addresses_forgotten_total')).toEqual([{ value: 5 }]);
  expect(of('vigie_access_denied_total')).toEqual([
    { value: ACCESS_LIMITS.addresses + 5, labels: { reason: 'no_key' } },
  ]);
});

test('other keys: whose key is the same stays who he is, all others are no longer current', () => {
  const { access } = made();
  const holder = (key: string) => {
    const verdict = access.authenticate(bearer(key), 'a');
    return verdict.ok ? verdict.principal : undefined;
  };
  const [reader, sender, wall] = [holder(KEYS.reader)!, holder(KEYS.sender)!, holder(KEYS.wall)!];
  const [first, second] = FILE.keys;
  access.replaceKeys(settingsOf({ keys: [{ ...first, queues: ['support'] }, second] }));
  expect([reader, sender, wall].map((principal) => access.isCurrent(principal))).toEqual([
    false,
    true,
    false,
  ]);
  expect(holder(KEYS.reader)?.seesQueue('support')).toBe(true);
  expect(holder(KEYS.sender)).toBe(sender);
  expect(holder(KEYS.wall)).toBeUndefined();
});

test('nothing that was sent is in the log or in a metric, whatever it was', async () => {
  const { access } = made();
  const verdict = access.authenticate(bearer(KEYS.reader), 'a');
  if (!verdict.ok) throw new Error(verdict.detail);
  const issued = await access.issueTicket(verdict.principal);
  const ticket = issued.ok ? issued.ticket : '';
  const secrets = [KEYS.reader, KEYS.wall, `${KEYS.wall}x`, ticket, 'canary-in-a-header', 'canary-ticket'];
  for (const secret of secrets) {
    access.authenticate(bearer(secret), 'a');
    access.authenticate(secret, 'a');
    await access.redeem(secret, 'b');
  }
  access.audit({ principal: verdict.principal, what: 'GET /v1/agents', queue: 'sales-fr', address: 'a' });
  const told = `${lines.join('')}${JSON.stringify([...access.families()])}`;
  expect(told).toContain('"key":"reader"');
  for (const secret of secrets) expect(told).not.toContain(secret);
});

test('where access is not configured everybody may, and nothing is audited', async () => {
  const open = new Access({ settings: undefined, clock: () => NOW_MS, logger });
  const verdict = open.authenticate(undefined, 'a');
  expect(verdict).toMatchObject({ ok: true, principal: { isOpen: true } });
  if (verdict.ok) {
    open.audit({ principal: verdict.principal, what: 'GET /v1/agents', address: 'a' });
    expect(open.isCurrent(verdict.principal)).toBe(true);
    expect((await open.issueTicket(verdict.principal)).ok).toBe(true);
  }
  expect([lines, [...open.families()]]).toEqual([[], []]);
});
