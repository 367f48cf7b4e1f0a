import { UsageError } from './errors.ts';

/**
 * Requests that show the service the key of `VIGIE_KEY`, if there is one. It is taken from the environment, since
 * arguments of a command can be seen by every user of the machine.
 */
export function keyedFetch(env: Readonly<Record<string, string | undefined>>): typeof fetch {
  const key = accessKey(env);
  if (key === undefined) return fetch;
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${key}`);
    return await fetch(input, { ...init, headers });
  };
}

/** The key of `VIGIE_KEY`; throws {@link UsageError} when it can be none, without repeating it. */
export function accessKey(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const key = env['VIGIE_KEY'];
  if (key === undefined || key === '') return undefined;
  if (/^[A-Za-z0-9._~+/=-]{1,400}$/.test(key)) return key;
  throw new UsageError('VIGIE_KEY is no key (its value is not shown): expected what `vigie key` printed');
}
