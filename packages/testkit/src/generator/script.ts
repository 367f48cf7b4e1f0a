import type { OracleData, OracleEvent } from '../oracle/types.ts';
import type { Random } from './random.ts';

/** A system that emits events, with its habits. */
export interface SourceStyle {
  readonly source: string;
  readonly channel: 'voice' | 'chat' | 'email';
  /** Names segments; without, facts must find theirs. */
  readonly segmentIds: boolean;
  /** Whole seconds only, told apart by a sequence. */
  readonly secondsOnly: boolean;
  readonly reports: { readonly hold: boolean; readonly acw: boolean; readonly ring: boolean };
}

/** An event not yet cut to its source's clock. */
export interface Draft {
  readonly trueMs: number;
  readonly event: OracleEvent;
}

/** A stay in a queue, while its story is being written. */
export interface Stay {
  readonly segmentId: string | undefined;
  readonly queue: string;
  readonly enteredMs: number;
}

/** The story of one customer's journey, event by event. Ids are unique over the centre. */
export interface Script {
  readonly random: Random;
  readonly style: SourceStyle;
  readonly drafts: Draft[];
  /** Times during which an agent works on it. */
  readonly work: { fromMs: number; untilMs: number }[];
  /** Some outcome is only to be inferred: then a restart may not fall into it unseen. */
  inferredOutcome: boolean;
  contactId: string;
  /** Named on a later event only, so that the journey is known late. */
  pendingRoot: { readonly id: string; afterEvents: number } | undefined;
  newId(prefix: string): string;
}

export type Extra = Partial<OracleData> & {
  readonly stay?: Stay | undefined;
  readonly agentId?: string | undefined;
};

/** Adds one event of the contact at an instant. */
export function emit(
  script: Script,
  type: string,
  trueMs: number,
  { stay, agentId, ...data }: Extra = {},
): void {
  const { style } = script;
  let root: string | undefined;
  if (script.pendingRoot !== undefined) {
    if (script.pendingRoot.afterEvents === 0) root = script.pendingRoot.id;
    script.pendingRoot =
      root === undefined
        ? { ...script.pendingRoot, afterEvents: script.pendingRoot.afterEvents - 1 }
        : undefined;
  }
  const event: OracleEvent = {
    specversion: '1.0',
    id: script.newId('e'),
    source: style.source,
    type: `vigie.${type}`,
    time: new Date(trueMs).toISOString(),
    data: {
      contact: {
        id: script.contactId,
        channel: style.channel,
        ...(stay?.segmentId === undefined ? {} : { segmentId: stay.segmentId }),
        ...(root === undefined ? {} : { rootId: root }),
      },
      ...(stay === undefined ? {} : { queue: { id: stay.queue } }),
      ...(agentId === undefined ? {} : { agent: { id: agentId } }),
      ...data,
    },
  };
  script.drafts.push({ trueMs, event });
}

/** The event once more under another id and a little later, as a source that repeats itself would send it. */
export function repeatLater(script: Script, draft: Draft): void {
  const trueMs = draft.trueMs + script.random.int(1000, 2500);
  const event = { ...draft.event, id: script.newId('e'), time: new Date(trueMs).toISOString() };
  script.drafts.push({ trueMs, event });
}

/** The event once more, corrected: another instant, of a higher revision or authority. */
export function correct(script: Script, draft: Draft, byMs: number): void {
  const trueMs = draft.trueMs + byMs;
  const claim = script.random.chance(0.5)
    ? { revision: script.random.int(1, 3) }
    : { authority: 'record' as const };
  const event = {
    ...draft.event,
    id: script.newId('e'),
    time: new Date(trueMs).toISOString(),
    data: { ...draft.event.data, ...claim },
  };
  script.drafts.push({ trueMs, event });
}

/** `reports` as a connector stamps them, where the source leaves something untold. */
export function stamped({ reports }: SourceStyle): Pick<OracleData, 'reports'> {
  return reports.hold && reports.acw && reports.ring ? {} : { reports };
}

/** The last event written. */
export function latest(script: Script): Draft {
  const draft = script.drafts.at(-1);
  if (draft === undefined) throw new Error('nothing was written yet');
  return draft;
}

/** An event that belongs to no contact's story. */
export function systemDraft(
  id: string,
  source: string,
  type: string,
  trueMs: number,
  data: Partial<OracleData>,
): Draft {
  const time = new Date(trueMs).toISOString();
  return { trueMs, event: { specversion: '1.0', id, source, type: `vigie.${type}`, time, data } };
}
