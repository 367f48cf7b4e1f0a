import { preview } from '../events/parse.ts';

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** Keys joined by dots, e.g. `queues.sales-fr.serviceLevel.threshold`; empty for the whole document. */
  readonly path: string;
  /** The refused value; `undefined` when it is missing, or when it is a secret. */
  readonly value: unknown;
  /** Completes "expected …". */
  readonly expected: string;
  /** The whole of it as one sentence. */
  readonly message: string;
}

/** Makes a problem and its sentence. A secret value is not repeated. */
export function problem(path: string, value: unknown, expected: string, secret = false): ConfigProblem {
  const where = path === '' ? 'the configuration' : path;
  const shown = secret ? 'wrong (its value is not shown)' : value === undefined ? 'missing' : preview(value);
  return {
    path,
    value: secret ? undefined : value,
    expected,
    message: `${where} is ${shown}: expected ${expected}`,
  };
}

/** A key that does not exist, with the nearest one that does. */
export function unknownKey(
  path: string,
  key: string,
  value: unknown,
  known: readonly string[],
): ConfigProblem {
  const full = path === '' ? key : `${path}.${key}`;
  const near = nearest(key, known);
  const expected = near === undefined ? `one of ${known.join(', ')}` : `"${near}"`;
  const hint = near === undefined ? `known keys are ${known.join(', ')}` : `did you mean "${near}"?`;
  return { path: full, value, expected, message: `${full} is not a known key: ${hint}` };
}

/** Everything that is wrong with a configuration, together. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}

/** The candidate with the fewest edits, if they are few enough to be a slip (a third of the length, at least 2). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? limit;
}
