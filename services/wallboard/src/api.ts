import type { Memory } from './options.ts';

/** A call that was not answered with what was asked for. `status` 0: not answered at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The parameter that was refused, where one was. */
  readonly parameter: string | null;

  constructor(message: string, status: number, parameter: string | null = null) {
    super(message);
    this.status = status;
    this.parameter = parameter;
  }

  /** A key is missing, wrong, or not allowed this. */
  get isAccess(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** Values of parameters by name; what is `undefined` or `null` is left out, a list is repeated. */
export type Parameters = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

/** The same-origin API of a page: its REST calls and its WebSocket, with the key where there is one. */
export interface Api {
  get(path: string, parameters?: Parameters): Promise<unknown>;
  post(path: string, parameters?: Parameters): Promise<unknown>;
  /** Address for one connection to the live feed: with a key, a ticket is fetched first, since one serves once. */
  liveUrl(): Promise<string>;
}

/** `base` is the folder of the page; `key` an access key, or `null` where access is open. */
export function sameOriginApi(base: string, key: string | null, onRefused?: (error: ApiError) => void): Api {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  /** A handshake that is refused tells a page nothing: what a call was told last stands for it. */
  let denied: ApiError | null = null;
  const call = async (path: string, method: string): Promise<unknown> => {
    const response = await fetch(new URL(path, base).href, { method, headers }).catch(() => null);
    if (response === null) throw new ApiError(`${method} ${path}: no answer`, 0);
    if (response.ok) denied = null;
    if (response.ok) return response.json();
    const error = await errorOf(response, `${method} ${path}`);
    if (error.isAccess) {
      denied = error;
      onRefused?.(error);
    }
    throw error;
  };
  return {
    get: (path, parameters) => call(withQuery(path, parameters), 'GET'),
    post: (path, parameters) => call(withQuery(path, parameters), 'POST'),
    async liveUrl() {
      if (key === null && denied !== null) throw denied;
      const url = new URL('v1/live', base);
      url.protocol = url.protocol.replace('http', 'ws');
      if (key !== null) {
        const { ticket } = (await call('v1/tickets', 'POST')) as { ticket?: string };
        if (typeof ticket !== 'string') throw new ApiError('POST v1/tickets: no ticket in the answer', 200);
        url.searchParams.set('ticket', ticket);
      }
      return url.href;
    },
  };
}

async function errorOf(response: Response, what: string): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as {
    detail?: unknown;
    parameter?: unknown;
  } | null;
  const detail = typeof problem?.detail === 'string' ? problem.detail : `${what}: status ${response.status}`;
  const parameter = typeof problem?.parameter === 'string' ? problem.parameter : null;
  return new ApiError(detail, response.status, parameter);
}

/** A path with its parameters; the parts of the path must be escaped by whoever makes it. */
export function withQuery(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)])
      query.append(name, one);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

const KEY = 'key';

/** The access key: from the part of the address that is sent to nobody (`#key=…`), else as the tab remembers it. */
export function accessKey(hash: string, tab: Memory): string | null {
  const stated = new URLSearchParams(hash.replace(/^#/, '')).get(KEY);
  if (stated !== null) tab.set(KEY, stated);
  const key = stated ?? tab.get(KEY);
  return key === '' ? null : key;
}

/** Remembers a key for this tab. */
export function rememberKey(key: string, tab: Memory): void {
  tab.set(KEY, key);
}
