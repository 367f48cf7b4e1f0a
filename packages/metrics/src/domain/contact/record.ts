import { parseInstant, typeRank, type EventOf, type EventType, type ParsedEvent } from '@vigie/contracts';
import { AUTHORITY_RANK, type Fact, type FactType } from '../fact.ts';
import { makeFact } from './make-fact.ts';

type RecordEvent = EventOf<'vigie.contact.record'>;

/** A late summary asserts facts at the instants inside it, with authority `record`; its own time orders revisions. */
export function recordFacts(parsed: ParsedEvent, event: RecordEvent): Fact[] {
  const { data } = event;
  const segment = data.contact.segmentId;
  const scope = segment ?? `@${data.contact.id}`;
  const agent = data.agent?.id ?? '';
  const toldExit =
    parseInstant(data.answeredAt ?? '') ??
    parseInstant(data.abandonedAt ?? '') ??
    parseInstant(data.exitedAt ?? '');
  const waitMs = data.measured?.waitMs;
  const entered =
    parseInstant(data.queuedAt ?? '') ??
    (toldExit === undefined || waitMs === undefined ? undefined : toldExit - waitMs);
  const left = entered === undefined || waitMs === undefined ? undefined : entered + waitMs;
  const common = {
    authority: data.authority === undefined ? AUTHORITY_RANK.record : AUTHORITY_RANK[data.authority],
    revision: data.revision ?? parsed.timeMs,
  };
  const facts: Fact[] = [];
  const add = (type: FactType, of: EventType, key: string, at: number | undefined, word?: string): void => {
    if (at === undefined) return;
    const queuedAt = segment === undefined && type !== 'queued' ? entered : undefined;
    facts.push(
      makeFact(parsed, event, type, {
        key,
        at: Math.round(at),
        rank: typeRank(of),
        word,
        queuedAt,
        ...common,
      }),
    );
  };
  const { talkMs, holdMs = 0 } = data.measured ?? {};
  const exited = parseInstant(data.exitedAt ?? '') ?? left ?? parseInstant(data.endedAt ?? '');
  if (segment !== undefined) add('entry', 'vigie.contact.queued', `entry|${segment}`, entered);
  const answered = parseInstant(data.answeredAt ?? '') ?? (data.outcome === 'answered' ? left : undefined);
  add('answered', 'vigie.contact.answered', `answered|${scope}|${agent}`, answered);
  const abandoned =
    parseInstant(data.abandonedAt ?? '') ?? (data.outcome === 'abandoned' ? exited : undefined);
  add('abandoned', 'vigie.contact.abandoned', `abandoned|${scope}`, abandoned);
  if (data.outcome === 'flow_out') {
    add('flow_out', 'vigie.contact.flow_out', `flow_out|${scope}`, exited, data.cause ?? 'system');
  }
  const talked = answered === undefined || talkMs === undefined ? undefined : answered + talkMs + holdMs;
  const ended = parseInstant(data.endedAt ?? '') ?? talked;
  add('ended', 'vigie.contact.ended', `ended|${scope}|${agent}`, ended, 'unknown');
  const { wrapMs } = data.measured ?? {};
  const wrapStarted = parseInstant(data.wrapupStartedAt ?? '') ?? (wrapMs === undefined ? undefined : ended);
  const wrapEnded =
    parseInstant(data.wrapupEndedAt ?? '') ??
    (wrapStarted === undefined || wrapMs === undefined ? undefined : wrapStarted + wrapMs);
  add('wrapup_started', 'vigie.wrapup.started', `wrapup_started|${scope}|${agent}`, wrapStarted);
  add('wrapup_ended', 'vigie.wrapup.ended', `wrapup_ended|${scope}|${agent}`, wrapEnded);
  if (facts.length === 0) add('noted', event.type, `record|${common.revision}`, parsed.timeMs);
  return facts;
}
