import { isLoopback } from '@vigie/service-kit';

/** What a handshake says of where it comes from. */
export interface Handshake {
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export interface OriginRules {
  /** Bound to loopback without access configured: open, but to this machine's own names only. */
  readonly loopbackOnly: boolean;
  readonly advertisedUrl: string | undefined;
  /** The only web origins that are accepted, beside the advertised one; `undefined`: that of this server. */
  readonly origins?: readonly string[] | undefined;
}

/**
 * Why a handshake is refused, or `undefined`. A program sends no `Origin` and passes; a browser's page must come from
 * this server itself (same host and port as asked for, or the advertised address), from an origin that configuration
 * lists, or, in loopback mode, from this machine. Names are compared whole: no suffix, prefix or user part passes for another.
 */
export function refusalOf({ host, origin }: Handshake, rules: OriginRules): 'host' | 'origin' | undefined {
  const asked = hostOf(host);
  if (asked === undefined || (rules.loopbackOnly && !isLoopback(asked.hostname))) return 'host';
  if (origin === undefined) return undefined;
  const from = originOf(origin);
  if (from === undefined) return 'origin';
  if (rules.loopbackOnly && isLoopback(from.hostname)) return undefined;
  const { origins, advertisedUrl } = rules;
  const isOwn = from.host === new URL(`${from.protocol}//${asked.host}`).host;
  if (origins === undefined ? isOwn : origins.includes(origin)) return undefined;
  return advertisedUrl !== undefined && new URL(advertisedUrl).origin === from.origin ? undefined : 'origin';
}

function originOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  return url !== undefined && isWeb && url.origin === text ? url : undefined;
}

function hostOf(header: string | undefined): URL | undefined {
  if (header === undefined || !/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.test(header))
    return undefined;
  const text = `http://${header}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}
