import { type Browser, chromium } from 'playwright-core';

import { requireTool } from './tools.ts';

/** What a browser needs to run as root, without a display, and without asking the internet for anything. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium of the system, headless, with an empty profile. It ends with `close()` or with this process. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: requireTool('chromium'), args: FLAGS, headless: true });
}
