import { fileURLToPath } from 'node:url';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { ScriptedGateway } from './scripted-gateway.ts';

/** Folder of the pages. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Opening extends BrowserContextOptions {
  /** What is waited for. */
  readonly ready: string;
  /** Is the page's clock the test's to move? */
  readonly movesClock?: boolean;
  /** Run on the page before anything of it. */
  readonly before?: () => void;
}

/** A scripted gateway for each test, and a browser for all: builds the pages once, and looks at one at a time. */
export class Viewer {
  #browser: Browser | undefined;
  #gateway: ScriptedGateway | undefined;
  #page: Page | undefined;

  /** To be made once in a file of tests; `prepare` says what the gateway tells before it starts. */
  constructor(launch: () => Promise<Browser>, prepare: (gateway: ScriptedGateway) => void) {
    beforeAll(async () => {
      await build({ root: ROOT, configFile: `${ROOT}vite.config.mjs`, logLevel: 'error' });
      this.#browser = await launch();
    });
    afterAll(async () => this.#browser?.close());
    beforeEach(async () => {
      this.#gateway = new ScriptedGateway();
      prepare(this.#gateway);
      await this.#gateway.start();
    });
    afterEach(async () => {
      await this.#page?.context().close();
      await this.#gateway?.stop();
    });
  }

  get gateway(): ScriptedGateway {
    return this.#gateway as ScriptedGateway;
  }

  /** The page that was opened last. */
  get page(): Page {
    return this.#page as Page;
  }

  /** Opens an address of the gateway in a browser of its own; an error on the page fails the test. */
  async open(address: string, { ready, movesClock = false, before, ...options }: Opening): Promise<Page> {
    const context = await (this.#browser as Browser).newContext({
      ...{ locale: 'en-GB', timezoneId: 'Europe/Paris' },
      ...options,
    });
    const page = await context.newPage();
    this.#page = page;
    page.on('pageerror', (error) => expect.unreachable(`the page failed: ${error.message}`));
    if (before !== undefined) await page.addInitScript(before);
    if (movesClock) await page.clock.install();
    await page.goto(this.gateway.url + address);
    await page.waitForSelector(ready);
    return page;
  }

  /** What is written there, with plain spaces. */
  async textOf(selector: string): Promise<string> {
    return ((await this.page.textContent(selector)) ?? '').replace(/[\u00a0\u202f]/g, ' ');
  }
}
