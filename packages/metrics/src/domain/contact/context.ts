import type { ALL, Channel } from '@vigie/contracts';
import type { AgentScope } from '../agent/scopes.ts';
import type { ConfigVersions } from '../config-versions.ts';
import type { Words } from '../words.ts';

/** When a source restarted, in ms; `sequence` orders it among what the source told of that instant. */
export interface Restart {
  readonly at: number;
  readonly sequence: string;
}

/** The restarts of each source, rising: whatever was open there then is lost. */
export type Restarts = ReadonlyMap<string, readonly Restart[]>;

/** Did the source restart after that instant and sequence, or, without sequences to tell by, in the same instant? */
export function isAfter(restart: Restart, at: number, sequence: string): boolean {
  return restart.at > at || (restart.at === at && restart.sequence >= sequence);
}

/** Was it told of a later instant, or of the same one with a later sequence? Without sequences an instant has no order. */
export function isSurelyAfter(told: Restart, at: number, sequence: string): boolean {
  return told.at > at || (told.at === at && sequence !== '' && told.sequence > sequence);
}

/** Whom a source told to be waiting when it was asked (`source.snapshot`). */
export interface WaitingList extends Restart {
  /** By queue it vouches for: the stays that wait there, each with its entry in ms. */
  readonly queues: ReadonlyMap<string, readonly ListedStay[]>;
}

export type ListedStay = readonly [segmentId: string, enteredAt: number];

/** The snapshots of each source, rising: whatever they vouch for and do not list has left unseen, and is lost. */
export type WaitingLists = ReadonlyMap<string, readonly WaitingList[]>;

/** Where and when a stay began, by the earliest word of a snapshot that names it; ms. */
export interface Listing {
  readonly at: number;
  readonly source: string;
  readonly queue: string;
}

/** By its id: every stay that a snapshot which is remembered lists among those waiting, whatever the source. */
export type Listings = ReadonlyMap<string, Listing>;

/** What the fold asks beyond the contact's own facts. */
export interface FoldContext {
  readonly versions: ConfigVersions;
  readonly restarts: Restarts;
  readonly waitingLists: WaitingLists;
  readonly listings: Listings;
}

/** Gives a queue and channel their group; `_all` is the group of figures that belong to no queue. */
export type GroupOf = (queue: string, channel: Channel | typeof ALL) => number;

/** What contributions are judged with. */
export interface JudgeContext {
  readonly versions: ConfigVersions;
  readonly restarts: Restarts;
  readonly waitingLists: WaitingLists;
  readonly listings: Listings;
  readonly groupOf: GroupOf;
  readonly words: Words;
  /** The group of agents' time in a scope. */
  readonly agentGroupOf: (scope: AgentScope, name: string) => number;
  /** When an agent went on to another state than wrap-up, first after an instant, by what was told of him. */
  readonly agentMovedOn: (agent: string, afterMs: number) => number | undefined;
}
