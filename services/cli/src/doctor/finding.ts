/** `skip`: it could not be looked at, or there was nothing to look at. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip';

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found, as one sentence. */
  readonly found: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, verdict: 'ok', found });
export const skip = (check: string, found: string): Finding => ({ check, verdict: 'skip', found });
export const warn = (check: string, found: string, todo: string): Finding => ({
  check,
  verdict: 'warn',
  found,
  todo,
});
export const fail = (check: string, found: string, todo: string): Finding => ({
  check,
  verdict: 'fail',
  found,
  todo,
});
