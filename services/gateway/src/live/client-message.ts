import {
  ReportMessage,
  SubscribeMessage,
  TOPIC_NAMES,
  UnsubscribeMessage,
  type ClientMessage,
} from '@vigie/contracts';
import { Compile } from 'typebox/compile';

/** Topics that can be subscribed to. */
export const TOPICS = ['kpis', ...TOPIC_NAMES] as const;

export function isTopic(name: string): name is (typeof TOPICS)[number] {
  return TOPICS.some((known) => known === name);
}

export type ClientMessageResult =
  | { readonly ok: true; readonly message: ClientMessage }
  /** `id`: that of the message, when it could be read. */
  | { readonly ok: false; readonly id?: string; readonly why: string };

const validators = {
  subscribe: Compile(SubscribeMessage),
  unsubscribe: Compile(UnsubscribeMessage),
  report: Compile(ReportMessage),
};

/** Reads one message of a client; a fault is told with its field, never with more than a short echo of the input. */
export function parseClientMessage(text: string): ClientMessageResult {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return { ok: false, why: 'the message is not JSON' };
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { ok: false, why: 'the message is not a JSON object' };
  }
  const { op, id } = input as { readonly op?: unknown; readonly id?: unknown };
  const known = typeof id === 'string' && id.length <= 64 ? { id } : {};
  if (op !== 'subscribe' && op !== 'unsubscribe' && op !== 'report') {
    return { ok: false, ...known, why: 'op: expected "subscribe", "unsubscribe" or "report"' };
  }
  const validator = validators[op];
  if (validator.Check(input)) return { ok: true, message: input };
  return { ok: false, ...known, why: faultOf(validator.Errors(input)) };
}

interface Fault {
  readonly instancePath: string;
  readonly message: string;
  readonly params?: unknown;
}

function faultOf([fault]: readonly Fault[]): string {
  if (fault === undefined) return 'the message does not match its schema';
  // what a closed object says of a field it does not have
  if (fault.message === 'schema is false') {
    return `${fault.instancePath.slice(1).replaceAll('/', '.').slice(0, 80)}: no such field is known`;
  }
  const field = fault.instancePath === '' ? 'the message' : fault.instancePath.slice(1).replaceAll('/', '.');
  const { requiredProperties, additionalProperties } = (fault.params ?? {}) as Record<string, unknown>;
  const names = [requiredProperties, additionalProperties].find((list) => Array.isArray(list));
  const shown = names === undefined ? '' : `: ${JSON.stringify(names).slice(0, 80)}`;
  return `${field}: ${fault.message}${shown}`;
}
