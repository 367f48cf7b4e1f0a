import { parseInstant, type EventOf } from '@vigie/contracts';
import type { FactType } from '../fact.ts';
import type { ContactEvent } from './contact-event.ts';
import type { TransferKind } from './measures.ts';
import { evaluationMicros, surveyMicros } from './scores.ts';

/** Facts of an agent's work: keyed by agent as well as segment. */
const OF_AGENT: ReadonlySet<FactType> = new Set<FactType>([
  'answered',
  'transferred',
  'ended',
  'wrapup_started',
  'wrapup_ended',
]);
const OF_SEGMENT: ReadonlySet<FactType> = new Set<FactType>(['queued', 'rejected', 'abandoned', 'flow_out']);

/** What makes a fact of that type one with others, within its contact. */
export function keyOf(type: FactType, event: ContactEvent, timeMs: number): string {
  const { contact, agent } = event.data;
  const segment = contact.segmentId;
  const natural = naturalKey(type, event, timeMs);
  if (natural !== undefined) return natural;
  if (segment !== undefined && OF_AGENT.has(type)) return `${type}|${segment}|${agent?.id ?? ''}`;
  if (segment !== undefined && OF_SEGMENT.has(type)) return `${type}|${segment}`;
  return `${type}|@${event.source}|${event.id}`;
}

/** Keys that do not go by segment: what has an id of its own, holds, a segment that was reopened. */
function naturalKey(type: FactType, event: ContactEvent, timeMs: number): string | undefined {
  const { contact, agent, measured } = event.data;
  switch (event.type) {
    case 'vigie.message.posted':
      return own('message', event.data.messageId);
    case 'vigie.contact.offered':
    case 'vigie.contact.offer_ended': {
      if (event.data.offerId !== undefined) return `${type}|${event.data.offerId}`;
      const startMs = type === 'offered' ? timeMs : timeMs - (measured?.ringMs ?? Number.NaN);
      return Number.isNaN(startMs) ? undefined : `${type}|${agent?.id ?? ''}|${startMs}`;
    }
    case 'vigie.survey.response':
      return own('survey', event.data.responseId);
    case 'vigie.qa.evaluated': {
      const { formId, automatic = false, calibration = false } = event.data;
      // Of several agents of a contact each may be evaluated by the same form.
      return `evaluation|${formId}|${agent?.id ?? ''}|${automatic}|${calibration}`;
    }
    case 'vigie.contact.converted':
      return own('sale', event.data.saleId);
    case 'vigie.callback.requested':
    case 'vigie.callback.cancelled':
    case 'vigie.callback.failed':
      return own(event.type, event.data.callbackId);
    case 'vigie.callback.attempted':
      // One callback may be attempted many times.
      return own(`${event.type}|${timeMs}`, event.data.callbackId);
    case 'vigie.contact.held':
    case 'vigie.contact.unheld':
      return `${type}|${agent?.id ?? ''}|${timeMs}`;
    case 'vigie.contact.queued':
      return event.data.kind === 'resume' && contact.segmentId !== undefined
        ? `resume|${contact.segmentId}|${timeMs}`
        : undefined;
    default:
      return undefined;
  }
}

function own(what: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${what}|${id}`;
}

/** The one word that qualifies the type. */
export function wordOf(event: ContactEvent): string | undefined {
  switch (event.type) {
    case 'vigie.contact.queued':
      return event.data.kind ?? 'initial';
    case 'vigie.contact.flow_out':
    case 'vigie.contact.rejected':
    case 'vigie.contact.offer_ended':
      return event.data.cause;
    case 'vigie.contact.ended':
      return event.data.by ?? 'unknown';
    case 'vigie.message.posted':
      return event.data.from;
    case 'vigie.callback.failed':
      return 'failed';
    case 'vigie.callback.cancelled':
      return 'cancelled';
    case 'vigie.contact.transferred':
      return event.data.kind ?? transferKind(event.data.to);
    case 'vigie.survey.response':
      return event.data.kind;
    default:
      return undefined;
  }
}

type TransferTarget = EventOf<'vigie.contact.transferred'>['data']['to'];

function transferKind(to: TransferTarget): TransferKind {
  if (to?.external === true) return 'external';
  return to?.queue === undefined ? 'blind' : 'queue';
}

/** What else the event names: an offer, a callback, where a transfer or a consultation goes. */
export function refOf(event: ContactEvent): string | undefined {
  switch (event.type) {
    case 'vigie.contact.offered':
    case 'vigie.contact.offer_ended':
      return event.data.offerId;
    case 'vigie.callback.requested':
    case 'vigie.callback.cancelled':
    case 'vigie.callback.failed':
      return event.data.callbackId;
    case 'vigie.contact.transferred':
    case 'vigie.contact.consulted':
      return targetRef(event.data.to);
    default:
      return undefined;
  }
}

function targetRef(to: TransferTarget): string | undefined {
  if (to?.queue !== undefined) return `queue|${typeof to.queue === 'string' ? to.queue : to.queue.id}`;
  if (to?.agent !== undefined) return `agent|${typeof to.agent === 'string' ? to.agent : to.agent.id}`;
  return to?.external === true ? 'external' : undefined;
}

/** The number that the event tells. */
export function amountOf(event: ContactEvent): number | undefined {
  switch (event.type) {
    case 'vigie.callback.requested':
      return parseInstant(event.data.dueAt ?? '');
    case 'vigie.survey.response':
      return surveyMicros(event.data);
    case 'vigie.qa.evaluated':
      return evaluationMicros(event.data);
    default:
      return undefined;
  }
}
