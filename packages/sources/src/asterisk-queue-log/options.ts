import type { CallLimits } from './calls.ts';
import type { InstantsOf } from './line.ts';

/** What a source of type `asterisk-queue-log` may be told. */
export interface QueueLogOptions {
  /** `source` of every event, one per PBX: `asterisk://<host-or-label>/queue_log`. */
  readonly source: string;
  /** The contact centre; absent: left to ingest. */
  readonly centre?: string;
  /** Digits that the dialplan uses for "call me back": EXITWITHKEY with one of them asks for a callback. */
  readonly callbackKeys?: readonly string[];
  /** Interface or member name → agent id; see {@link agentAliases}. A string that is not in it is its own id. */
  readonly agents?: ReadonlyMap<string, string>;
  /** What the source reports at all; absent keys: nothing, for the file tells neither hold nor wrap-up nor ring starts. */
  readonly reports?: { readonly hold?: boolean; readonly acw?: boolean; readonly ring?: boolean };
  readonly limits?: Partial<CallLimits>;
  /** Reads the clock of rows of the realtime table; absent: it is UTC (`queue_log_realtime_use_gmt`). */
  readonly instantsOf?: InstantsOf;
  /**
   * Collision-resistant hash of a text as 32 to 64 characters that are safe in an id. Injected, so that the mapper
   * itself needs nothing of its platform.
   */
  readonly hash: (text: string) => string;
}

/** Four hours of waiting and twelve of talking, the defaults of `maxSegmentAge` and `maxHandlingAge`. */
export const DEFAULT_LIMITS: CallLimits = {
  maxOpenCalls: 50_000,
  maxEndedCalls: 10_000,
  maxSilenceSeconds: 16 * 3600,
};

/**
 * Turns the configured agents into a look-up from every string that a PBX may write for them. An id stands for itself.
 * Throws when two agents claim the same string: merging by guess would mix up two people's figures.
 */
export function agentAliases(
  agents: Readonly<Record<string, { readonly aliases?: readonly string[] | undefined }>>,
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const [id, { aliases = [] }] of Object.entries(agents)) {
    for (const alias of [id, ...aliases]) {
      const other = ids.get(alias);
      if (other !== undefined && other !== id) {
        throw new Error(`agents.${id}.aliases holds "${alias}", which already means agent "${other}"`);
      }
      ids.set(alias, id);
    }
  }
  return ids;
}
