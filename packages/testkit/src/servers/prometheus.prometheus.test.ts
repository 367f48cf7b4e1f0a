import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { startPrometheus } from './prometheus.ts';
import { waitFor } from './wait.ts';

test('a scraped figure can be queried, with its labels', async () => {
  const exporter = createServer((_request, response) => response.end('waiting{queue="sales-fr"} 3\n'));
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const prometheus = await startPrometheus({
    scrape: [{ job: 'gateway', targets: [target] }],
    scrapeIntervalMs: 200,
  });
  try {
    const [sample] = await waitFor(
      async () => {
        const samples = await prometheus.query('waiting');
        return samples.length > 0 ? samples : false;
      },
      { what: 'the first scrape', timeoutMs: 20_000, detail: prometheus.log },
    );
    expect(sample?.value).toBe(3);
    expect(sample?.labels).toMatchObject({ queue: 'sales-fr', job: 'gateway', instance: target });
    expect(await prometheus.firing()).toEqual([]);
    await expect(prometheus.query('waiting{')).rejects.toThrow('refused');
  } finally {
    await prometheus.stop();
    exporter.close();
  }
});
