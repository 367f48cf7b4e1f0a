/**
 * The service worker of wall and desk: keeps their pages and the files these name, nothing else. Figures, keys and tickets
 * never go through it: whatever is not a page or a file of one is left to the browser.
 */
import { assetsOf, isAsset, PAGES, pageOf } from './shell-files.ts';

/** What is used of the worker's own world; the library of types that has it would take the place of the page's. */
interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Worker {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}
const worker = self as unknown as Worker;

const SHELL = 'vigie-shell';
/** A service that has not answered by then is away: the page that is at hand is shown. */
const AWAY_MS = 4_000;

const addressOf = (path: string): string => new URL(path, worker.registration.scope).href;

worker.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(PAGES.map(renewed)).then(async () => worker.skipWaiting()));
});
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { scope } = worker.registration;
  const page = request.mode === 'navigate' ? pageOf(request.url, scope) : null;
  if (page !== null) event.respondWith(pageNow(event, request, page));
  else if (isAsset(request.url, scope)) event.respondWith(assetNow(request));
});

/** The page as it is served now; where nobody serves it, as it was served last. */
async function pageNow(event: Fetching, request: Request, page: string): Promise<Response> {
  const answer = await Promise.race([
    fetch(request).catch(() => null),
    new Promise<null>((resolve) => setTimeout(() => resolve(null), AWAY_MS)),
  ]);
  if (answer !== null && answer.status < 500) {
    if (answer.ok) event.waitUntil(renewed(page));
    return answer;
  }
  const kept = await (await caches.open(SHELL)).match(addressOf(page));
  return kept ?? answer ?? Response.error();
}

/** Named by its content: what is kept is right. */
async function assetNow(request: Request): Promise<Response> {
  const kept = await (await caches.open(SHELL)).match(request.url);
  return kept ?? fetch(request);
}

let last: Promise<void> = Promise.resolve();

/** One after the other: what one page has just fetched is not let go for another that does not name it. */
function renewed(page: string): Promise<void> {
  last = last.then(async () => renew(page)).catch(() => undefined);
  return last;
}

/** Keeps a page as it is served now, with the files that it names; what no page names any more is let go. */
async function renew(page: string): Promise<void> {
  const answer = await fetch(addressOf(page), { cache: 'no-cache' }).catch(() => null);
  if (answer?.ok !== true) return;
  const shell = await caches.open(SHELL);
  const named = assetsOf(await answer.clone().text()).map(addressOf);
  for (const address of named) if ((await shell.match(address)) === undefined) await shell.add(address);
  await shell.put(addressOf(page), answer);
  const pages = await Promise.all(PAGES.map(async (each) => shell.match(addressOf(each))));
  const wanted = new Set<string>();
  for (const kept of pages)
    for (const asset of kept === undefined ? [] : assetsOf(await kept.text())) wanted.add(addressOf(asset));
  for (const { url } of await shell.keys())
    if (isAsset(url, worker.registration.scope) && !wanted.has(url)) await shell.delete(url);
}
