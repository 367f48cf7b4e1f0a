import { afterAll, expect, test } from 'vitest';

import { A_FAULT_MS, Campaign, PATIENCE } from './campaign.ts';
import { startServers, type Servers } from './deployment.ts';
import { faultsNamed } from './faults/index.ts';
import { DISPUTED } from './judge.ts';
import { campaignOptions } from './options.ts';

const options = campaignOptions(process.env);
/** Starting and judging take their time too. */
const OVERHEAD_MS = 900_000;
/** Less than this, and a campaign has shown nothing. */
const FLOOR = { figuresAMinute: 20_000, kinds: 12 };

/** Figures older than this are no longer shown as current. */
const FRESH_MS = 5_000;
/** More than this share of the figures, and it is no longer the faults that are judged. */
const MOST_DISPUTED = 0.005;

let servers: Servers | undefined;
let campaign: Campaign | undefined;

afterAll(async () => {
  await campaign?.stop();
  await Promise.all([servers?.kafka.stop(), servers?.redis.stop()]);
});

test(
  `every figure equals the independent count, whatever fails (seed ${options.seed}, ${options.minutes} minutes)`,
  async () => {
    servers = await startServers();
    campaign = new Campaign(options);
    const { ledger } = campaign;
    try {
      await campaign.run(servers, faultsNamed(options.only));
    } finally {
      console.log(`seed ${options.seed}\n${ledger.report()}`);
    }
    // as the message, for that is what the end of a long output has of a failure
    expect(ledger.violations.length, ledger.violations.slice(0, 10).join('\n')).toBe(0);
    expect(ledger.kinds.size).toBeGreaterThanOrEqual(options.only.length > 0 ? 1 : FLOOR.kinds);
    if (options.judgesTimes) {
      expect(ledger.slow).toEqual([]);
      expect(ledger.tookAtMost('event to screen while nothing fails', 0.99)).toBeLessThan(FRESH_MS);
    }
    const figures = ['I1 figures at rest', 'I4 figures of checkpoints', 'I11 figures on screens'];
    for (const what of figures) expect(ledger.comparedOf(what), what).toBeGreaterThan(1_000);
    const compared = figures.reduce((sum, what) => sum + ledger.comparedOf(what), 0);
    expect(compared).toBeGreaterThan(FLOOR.figuresAMinute * options.minutes);
    expect(ledger.comparedOf(DISPUTED) / compared).toBeLessThan(MOST_DISPUTED);
  },
  options.minutes * 60_000 * PATIENCE + options.least * A_FAULT_MS + OVERHEAD_MS,
);
