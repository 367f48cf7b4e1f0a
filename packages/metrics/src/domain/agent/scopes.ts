import type { SemanticConfig } from '@vigie/contracts';

/** Whom a figure of agents' time is about: all of them, members of a queue, a team, a site. */
export type AgentScope = 'centre' | 'members' | 'team' | 'site';

export interface ScopeName {
  readonly scope: AgentScope;
  /** The queue, team or site; empty for the centre. */
  readonly name: string;
}

/**
 * Where an agent's time counts: once in the centre, in each of his queues, in his team (unless he has one of his own, in
 * those of his queues) and in the sites of his queues.
 */
export function scopesOf(
  agent: string,
  queues: ReadonlySet<string>,
  config: SemanticConfig,
): readonly ScopeName[] {
  const own = config.teamOfAgent(agent);
  const teams = new Set<string>(own === undefined ? [] : [own]);
  const sites = new Set<string>();
  const scopes: ScopeName[] = [{ scope: 'centre', name: '' }];
  for (const queue of queues) {
    scopes.push({ scope: 'members', name: queue });
    const { team, site } = config.placeOfQueue(queue);
    if (own === undefined && team !== undefined) teams.add(team);
    if (site !== undefined) sites.add(site);
  }
  for (const team of teams) scopes.push({ scope: 'team', name: team });
  for (const site of sites) scopes.push({ scope: 'site', name: site });
  return scopes;
}
