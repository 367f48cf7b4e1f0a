import type { ConfigProblem, Configuration } from '@vigie/contracts';

/** Is this the name or address of the machine itself, reachable from nowhere else? */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare);
}

/** Without access rules, whoever reaches the port sees everything: off loopback that is refused, unless allowed. */
export function openBindProblem(configuration: Configuration, allowOpen: boolean): ConfigProblem | undefined {
  const { host } = configuration.server;
  if (isLoopback(host) || allowOpen || configuration.access !== undefined) return undefined;
  const expected = 'a loopback address such as "127.0.0.1", since access is not configured';
  const message = `server.host is ${JSON.stringify(host)}: expected ${expected} (configure access, or open it with VIGIE_ALLOW_OPEN=1 to everybody who can reach it)`;
  return { path: 'server.host', value: host, expected, message };
}
