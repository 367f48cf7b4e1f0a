import { spawnSync } from 'node:child_process';
import { requireTool } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';

afterEach(stopGateways);

/** Words of the field that promtool takes for units: agents' days are counted, and so are contacts in opening hours. */
function isOfTheField(complaint: string): boolean {
  return /^vigie_(agent_days|contacts_(in|out_of)_hours_total) use base unit/.test(complaint);
}

test('promtool finds nothing to say about the names, types and texts of the metrics', async () => {
  const { http, feed } = await startGateway({ queues: { sales: { channel: 'voice' } } });
  const buckets = Array.from({ length: 17 }, () => 1);
  const counters = [
    {
      queue: 'sales',
      channel: 'voice',
      counts: { offered: 3, 'flow_outs:timeout': 1 },
      waits: { answered: { buckets, sum: 9.5, count: 17 } },
    },
  ];
  const figures = {
    service_level: { value: 0.5, n: 4 },
    asa: { value: 3, n: 2 },
    wait_p90: { value: 9, n: 2 },
  };
  await feed.publish(frame(1, [row('sa"les\\\n', figures), row('sales', figures)], { counters }));
  const { body } = await http.inject('/metrics');
  expect(body).toContain('queue="sa\\"les\\\\\\n"');
  const { stdout, stderr } = spawnSync(requireTool('promtool'), ['check', 'metrics'], {
    input: body,
    encoding: 'utf8',
  });
  const complaints = (stdout + stderr).split('\n').filter((line) => line !== '' && !isOfTheField(line));
  expect(complaints).toEqual([]);
});
