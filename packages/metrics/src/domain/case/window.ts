import type { JudgeContext } from '../contact/context.ts';

/** The longest FCR window of any version of the configuration: for so long a case may be reopened and still be judged anew. */
export function fcrWindowMs({ versions }: JudgeContext): number {
  return Math.max(...versions.versions.map(({ config }) => config.cases.fcrWindowMs));
}
