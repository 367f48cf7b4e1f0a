import { afterEach, expect, test } from 'vitest';
import { guarded, isLeaking, KEYS } from '../access.testkit.ts';
import { startGateway, stopGateways } from '../gateway.testkit.ts';
import { connected } from '../live/ws-client.testkit.ts';
import type { ScreenEntry } from './screens.ts';

afterEach(stopGateways);

const REPORT = { op: 'report', version: 'index-1.js', page: '/wall?window=30m', lagMs: 350 };
type Served = Awaited<ReturnType<typeof startGateway>>;

async function listOf({ http }: Pick<Served, 'http'>, headers = {}): Promise<readonly ScreenEntry[]> {
  return (await http.inject({ url: '/v1/screens', headers })).json<{ screens: ScreenEntry[] }>().screens;
}
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 8000;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error('waited 8 s in vain');
    await new Promise((done) => setTimeout(done, 10));
  }
}

test('a wall with a key of its own is in the list under its name; one that freezes is shown within 15 s', async () => {
  const gateway = await guarded();
  const { liveUrl, ticketOf, bearer, pass, http } = gateway;
  const [absent] = await listOf(gateway, bearer('boss'));
  expect(absent).toMatchObject({ screen: 'hall', state: 'absent', keyed: true });
  const wall = await connected(`${liveUrl}?ticket=${await ticketOf('hall')}`);
  wall.send(REPORT);
  await until(async () => (await listOf(gateway, bearer('boss')))[0]?.version === 'index-1.js');
  expect(await listOf(gateway, bearer('boss'))).toMatchObject([
    { screen: 'hall', state: 'live', connections: 1, page: '/wall?window=30m', lag: 0.35 },
  ]);
  const metrics = async () => (await http.inject('/metrics')).body;
  expect(await metrics()).toContain('vigie_screen_state{screen="hall",state="live"} 1\n');
  expect(await metrics()).toContain('vigie_screen_lag_seconds{screen="hall"} 0.35\n');
  pass(12_001);
  expect(await listOf(gateway, bearer('boss'))).toMatchObject([{ state: 'frozen' }]);
  expect(await metrics()).toContain('vigie_screen_state{screen="hall",state="frozen"} 1\n');
  wall.ws.close();
  await until(async () => (await listOf(gateway, bearer('boss')))[0]?.state === 'absent');
  expect(await metrics()).not.toContain('vigie_screen_info{');
});

test('where access is open a wall is who its address says; a browser without a name is nobody', async () => {
  const gateway = await startGateway();
  const [lobby, browser] = [await connected(gateway.liveUrl), await connected(gateway.liveUrl)];
  browser.send(REPORT);
  lobby.send({ ...REPORT, screen: 'lobby' });
  await until(async () => (await listOf(gateway)).length === 1);
  expect(await listOf(gateway)).toMatchObject([{ screen: 'lobby', state: 'live', keyed: false }]);
  lobby.send({ ...REPORT, screen: 'another', lagMs: null });
  await until(async () => (await listOf(gateway))[0]?.lag === null);
  expect((await listOf(gateway)).map(({ screen }) => screen)).toEqual(['lobby']);
});

test.each([
  [{ ...REPORT, lagMs: -1 }, 'lagMs'],
  [{ ...REPORT, screen: '<script>' }, 'screen'],
  [{ ...REPORT, page: 'x'.repeat(201) }, 'page'],
  [{ ...REPORT, colour: 'red' }, 'colour'],
  [{ op: 'report' }, 'version'],
])('the report %j is answered with an error that names the field', async (message, field) => {
  const { liveUrl } = await startGateway();
  const client = await connected(liveUrl);
  client.send(message);
  expect(await client.next('error')).toMatchObject({
    code: 'bad_message',
    message: expect.stringContaining(field) as string,
  });
});

test('nobody reports for a screen that has a key of its own, and a screen reports for none but itself', async () => {
  const gateway = await guarded();
  const { liveUrl, ticketOf, bearer } = gateway;
  const other = await connected(liveUrl, { headers: bearer('all') });
  other.send({ ...REPORT, screen: 'hall' });
  expect((await other.next('error')).code).toBe('not_allowed');
  const wall = await connected(`${liveUrl}?ticket=${await ticketOf('hall')}`);
  wall.send({ ...REPORT, screen: 'lobby' });
  await until(async () => (await listOf(gateway, bearer('boss')))[0]?.version === 'index-1.js');
  expect((await listOf(gateway, bearer('boss'))).map(({ screen }) => screen)).toEqual(['hall']);
});

test('the list is for supervisors, is not audited, and no screen’s key is in it or in a log', async () => {
  const { http, bearer, lines } = await guarded();
  const ask = async (headers: object) => await http.inject({ url: '/v1/screens', headers: { ...headers } });
  expect((await ask({})).statusCode).toBe(401);
  expect((await ask(bearer('all'))).statusCode).toBe(403);
  const answer = await ask(bearer('boss'));
  expect(answer.statusCode).toBe(200);
  const told = `${answer.body}${lines.join('')}`;
  expect(told).not.toContain('"audit"');
  expect([told.includes(KEYS.hall), isLeaking(told)]).toEqual([false, false]);
});
