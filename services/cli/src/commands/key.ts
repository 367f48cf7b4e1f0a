import { ACCESS_ROLES, checkConfiguration, nearest } from '@vigie/contracts';
import { hashOfKey, makeKey } from '@vigie/service-kit';
import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

export interface KeyFlags {
  readonly role?: readonly string[];
  readonly screen?: boolean;
  readonly source?: readonly string[];
  readonly queue?: readonly string[];
  readonly centre?: readonly string[];
  readonly expires?: string;
  readonly json?: boolean;
}

/** `vigie key`: a new key, and what the configuration has to say of it. The key itself is shown this once. */
export async function keyCommand(name: string, flags: KeyFlags, terminal: Terminal): Promise<number> {
  const roles = rolesOf(flags);
  const key = makeKey();
  const { source: sources, queue: queues, centre: centres, expires } = flags;
  const entry = {
    name,
    hash: hashOfKey(key),
    ...(roles === undefined ? {} : { roles }),
    ...(sources === undefined ? {} : { sources }),
    ...(queues === undefined ? {} : { queues }),
    ...(centres === undefined ? {} : { centres }),
    ...(expires === undefined ? {} : { expires }),
  };
  const list = roles === undefined ? 'screens' : 'keys';
  const checked = checkConfiguration({ access: { [list]: [entry] } });
  if (!checked.ok) throw new UsageError(checked.problems.map(({ message }) => message).join('\n'));
  if (flags.json === true) {
    await terminal.out(`${JSON.stringify({ key, [list]: [entry] })}\n`);
    return 0;
  }
  await terminal.out(`${key}\n`);
  terminal.err(`vigie: keep this key now: only its hash is kept. Add to the configuration:\n\n`);
  terminal.err(`access:\n  ${list}:\n    - ${yamlOf(entry)}\n`);
  if (list === 'screens') terminal.err(`\nThe screen opens /wall#key=… with that key\n`);
  return 0;
}

/** `undefined` for a screen, which can do one thing. */
function rolesOf({ role, screen, source }: KeyFlags): readonly string[] | undefined {
  if (screen === true) {
    if (role !== undefined || source !== undefined)
      throw new UsageError('--screen: a screen reads, and nothing else: it takes no --role and no --source');
    return undefined;
  }
  const known: readonly string[] = ACCESS_ROLES;
  const wrong = role?.find((each) => !known.includes(each));
  if (role !== undefined && wrong === undefined) return [...new Set(role)];
  const near = wrong === undefined ? undefined : nearest(wrong, known);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new UsageError(
    `--role ${wrong ?? 'is missing'}${hint}: expected one of ${known.join(', ')}, or --screen`,
  );
}

/** A flow mapping: what JSON says, without the quotes of its keys. */
function yamlOf(entry: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(entry).map(([field, value]) => `${field}: ${JSON.stringify(value)}`);
  return `{ ${fields.join(', ')} }`;
}
