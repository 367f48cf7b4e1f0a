/** How long, with which chance and which faults a campaign runs. */
export interface CampaignOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Kinds (`F1`, …) or names of faults; all when empty. */
  readonly only: readonly string[];
}

/** A campaign as part of the tests: the same every time, and short. */
const SHORT = { seed: 5, minutes: 2.5 };

/** What `npm run chaos` passes on. Throws on what is no number. */
export function campaignOptions(env: Readonly<Record<string, string | undefined>>): CampaignOptions {
  const number = (name: string, byDefault: number): number => {
    const value = Number(env[name] ?? byDefault);
    if (!Number.isFinite(value) || value <= 0)
      throw new Error(`${name} is ${env[name]}: a number above 0 expected`);
    return value;
  };
  return {
    seed: number('CHAOS_SEED', SHORT.seed),
    minutes: number('CHAOS_MINUTES', SHORT.minutes),
    only: (env['CHAOS_FAULTS'] ?? '').split(',').filter((word) => word !== ''),
  };
}
