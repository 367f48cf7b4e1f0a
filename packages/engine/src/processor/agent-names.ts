import type { ParsedEvent } from '@vigie/contracts';

type Named = string | { readonly id: string } | undefined;

/** What events name agents by. */
interface Naming {
  readonly agent?: Named;
  readonly to?: { readonly agent?: Named };
  readonly agents?: readonly { readonly id: string }[];
}

/**
 * The event with agents under their own ids where it has other names for them, so that one who is `PJSIP/201` to the PBX
 * and `ada` to the desk is one agent. The same object when it names nobody otherwise.
 */
export function withAgentIds(parsed: ParsedEvent, aliases: ReadonlyMap<string, string>): ParsedEvent {
  if (aliases.size === 0) return parsed;
  const data = parsed.event.data as Naming;
  const { to, agents } = data;
  const idOf = (name: Named): string => (typeof name === 'object' ? name.id : (name ?? ''));
  const isAlias = (name: Named): boolean => aliases.has(idOf(name));
  if (!isAlias(data.agent) && !isAlias(to?.agent) && agents?.some(isAlias) !== true) return parsed;
  const own = (name: Named): Named => {
    const id = aliases.get(idOf(name));
    if (id === undefined) return name;
    return typeof name === 'object' ? { ...name, id } : id;
  };
  const named = {
    ...data,
    ...(data.agent === undefined ? {} : { agent: own(data.agent) }),
    ...(to?.agent === undefined ? {} : { to: { ...to, agent: own(to.agent) } }),
    ...(agents === undefined ? {} : { agents: agents.map(own) }),
  };
  return { ...parsed, event: { ...parsed.event, data: named } as ParsedEvent['event'] };
}
