import type { Channel } from '@vigie/contracts';
import type { ConfigVersions } from '../config-versions.ts';
import type { Fact } from '../fact.ts';

/** The channel of a contact: what its facts say, else what its first queue is configured for, else voice. */
export function channelOf(facts: readonly Fact[], versions: ConfigVersions): Channel {
  const named = facts.find((fact) => fact.channel !== undefined)?.channel;
  if (named !== undefined) return named as Channel;
  const first = facts.find((fact) => fact.queue !== undefined);
  if (first?.queue === undefined) return 'voice';
  return versions.at(first.at).queueChannels.get(first.queue)?.[0] ?? 'voice';
}
