import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { launchBrowser } from './browser.ts';

test('the browser shows a page of this machine and runs its script', async () => {
  const page = '<h1>Ventes</h1><script>document.querySelector("h1").textContent += " 42"</script>';
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(page),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await tab.textContent('h1')).toBe('Ventes 42');
  } finally {
    await browser.close();
    server.close();
  }
});
