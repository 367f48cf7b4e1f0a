/** How long, with which chance and which faults a campaign runs. */
export interface CampaignOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Kinds (`F1`, …) or names of faults; all when empty. */
  readonly only: readonly string[];
  /** It goes on until so many faults were injected, however long that takes. */
  readonly least: number;
  /** Faults between two deployments. */
  readonly faultsARound: number;
  /** A recovery that takes longer than is asked is a failure; otherwise it is told only. */
  readonly judgesTimes: boolean;
}

/** A campaign as part of the tests: the same every time, and not over before every kind has come once. */
const SHORT = { seed: 5, minutes: 5, least: 1, faultsARound: 16 };

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
    least: number('CHAOS_LEAST', SHORT.least),
    faultsARound: number('CHAOS_FAULTS_A_ROUND', SHORT.faultsARound),
    judgesTimes: env['CHAOS_TIMES'] === 'judged',
    only: (env['CHAOS_FAULTS'] ?? '').split(',').filter((word) => word !== ''),
  };
}
