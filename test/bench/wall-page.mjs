/** The wall in headless Chromium, and what a benchmark wants to know of it. */
import { launchBrowser } from '@vigie/testkit';

/**
 * Runs in the page before anything else: tells when the first figure was painted, how often anything and each tile was
 * written, and what the tile of waiting contacts showed. A figure counts as painted in the task that follows the frame
 * of its change.
 */
function watchPage() {
  const seen = { firstMs: null, sinceMs: 0, repaints: 0, writes: {}, shown: [], told: [] };
  Object.assign(globalThis, { seen });
  const afterPaint = (act) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = act;
      port2.postMessage(null);
    });
  let waiting = '';
  const tileOf = ({ target }) =>
    (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest('[data-tile] .figure');
  const look = (changes) => {
    seen.repaints += 1;
    for (const figure of new Set(changes.map(tileOf))) {
      const tile = figure?.closest('[data-tile]')?.dataset.tile;
      if (tile !== undefined) seen.writes[tile] = (seen.writes[tile] ?? 0) + 1;
    }
    const figures = [...document.querySelectorAll('[data-tile] .number')];
    if (seen.firstMs === null && figures.some(({ textContent }) => /\d/.test(textContent)))
      afterPaint(() => (seen.firstMs ??= performance.now()));
    const now = document.querySelector('[data-tile="waiting"] .number')?.textContent ?? '';
    if (now === waiting) return;
    waiting = now;
    afterPaint(() => seen.shown.push({ text: now, atMs: Date.now() }));
  };
  // when the browser was told how many wait, so that what the page adds can be told apart
  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener('message', ({ data }) => {
        const waiting = JSON.parse(data).rows?.find(({ kpis }) => kpis.waiting_now !== undefined);
        if (waiting !== undefined)
          seen.told.push({ text: String(waiting.kpis.waiting_now.value), atMs: Date.now() });
      });
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}

/** Opens the wall in a browser of its own. @param {string} url with its query */
export async function openWall(url) {
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(watchPage);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  let transferredBytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (transferredBytes += encodedDataLength));
  await page.goto(url);
  await page.waitForFunction(() => globalThis.seen.firstMs !== null, undefined, { timeout: 20_000 });
  return {
    transferredBytes,
    close: async () => await browser.close(),
    firstFigureMs: await page.evaluate(() => globalThis.seen.firstMs),
    /**
     * How often a second the page was written since it was asked last, and the tile that was written most often.
     * @returns {Promise<{ page: number, figure: number }>}
     */
    repaints: async () =>
      await page.evaluate(() => {
        const { seen } = globalThis;
        const seconds = (performance.now() - seen.sinceMs) / 1000;
        const most = Math.max(...Object.values(seen.writes));
        const rates = { page: seen.repaints / seconds, figure: most / seconds };
        Object.assign(seen, { sinceMs: performance.now(), repaints: 0, writes: {} });
        return rates;
      }),
    /** What the tile of waiting contacts showed, and when it was painted. @returns {Promise<{ text: string, atMs: number }[]>} */
    shown: async () => await page.evaluate(() => globalThis.seen.shown),
    /** When it was told how many wait. @returns {Promise<{ text: string, atMs: number }[]>} */
    told: async () => await page.evaluate(() => globalThis.seen.told),
    /** Of the heap after a collection of garbage, without what was noted for the benchmark. */
    heapMb: async () => {
      await page.evaluate(() => (globalThis.seen.shown.length = globalThis.seen.told.length = 0));
      await devtools.send('HeapProfiler.collectGarbage');
      await devtools.send('HeapProfiler.collectGarbage');
      return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1024 ** 2;
    },
    /** How many nodes there are, those included that nothing shows any more. */
    nodes: async () => (await devtools.send('Memory.getDOMCounters')).nodes,
  };
}
