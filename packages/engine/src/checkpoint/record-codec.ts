import type { Fact, FactType } from '@vigie/metrics';
import { WordList, type ByteReader, type ByteWriter } from './bytes.ts';

/*
 * Facts as bytes, one after the other: each tells only what differs from the ones before it, since within a contact
 * nearly everything repeats, and no key that follows from the other fields. Changing this layout means a new
 * checkpoint format.
 */

/** What a fact tells beside its type, key and instant, the fields that change oftenest first: their bits come cheapest. */
type Values = (string | number | undefined)[];
const FIELDS = 19;

function valuesOf(fact: Fact, into: Values): Values {
  into[0] = fact.id;
  into[1] = fact.rank;
  into[2] = fact.word;
  into[3] = fact.agent;
  into[4] = fact.ref;
  into[5] = fact.queuedAt === undefined ? undefined : fact.at - fact.queuedAt;
  into[6] = fact.flags;
  into[7] = fact.sequence;
  into[8] = fact.segment;
  into[9] = fact.queue;
  into[10] = fact.holdMs;
  into[11] = fact.wrapMs;
  into[12] = fact.authority;
  into[13] = fact.revision;
  into[14] = fact.channel;
  into[15] = fact.direction;
  into[16] = fact.contact;
  into[17] = fact.source;
  into[18] = fact.amount;
  return into;
}

/** The fact, its fields in the order in which facts are made: contents are compared as text. */
function factOf(type: FactType, at: number, values: Values): Mutable<Fact> {
  const wait = values[5] as number | undefined;
  return {
    type,
    key: '',
    at,
    sequence: values[7] as string,
    rank: values[1] as number,
    source: values[17] as string,
    id: values[0] as string,
    authority: values[12] as number,
    revision: values[13] as number,
    contact: values[16] as string,
    segment: values[8] as string | undefined,
    queue: values[9] as string | undefined,
    agent: values[3] as string | undefined,
    channel: values[14] as string | undefined,
    direction: values[15] as string | undefined,
    word: values[2] as string | undefined,
    ref: values[4] as string | undefined,
    flags: values[6] as number,
    queuedAt: wait === undefined ? undefined : at - wait,
    holdMs: values[10] as number | undefined,
    wrapMs: values[11] as number | undefined,
    amount: values[18] as number | undefined,
  };
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Words that facts are told in, by their number in a record: one once given stays. Any other is spelled out. */
const WORDS = new WordList([
  ...['initial', 'overflow', 'transfer', 'requeue', 'callback', 'consult', 'resume'],
  ...['voice', 'chat', 'email', 'sms', 'social', 'video', 'task'],
  ...['inbound', 'outbound', 'internal'],
  ...['customer', 'agent', 'bot', 'system', 'unknown'],
  ...['no_answer', 'refused', 'cancelled', 'timeout', 'error'],
  ...['available', 'on_contact', 'acw', 'paused', 'logged_out'],
]);
/** By position in {@link Values}: is it told in words? */
const TOLD_IN_WORDS: ReadonlySet<number> = new Set([2, 14, 15]);
const WORDS_AT = Array.from({ length: FIELDS }, (_, position) =>
  TOLD_IN_WORDS.has(position) ? WORDS : undefined,
);

const ID = 0;
const OFFER = 4;
const SEGMENT = 8;
const CONTACT = 16;

/** By position in {@link Values}: what the first fact of a record is told against. */
const NOTHING: Values = ['', 0, '', '', '', 0, 0, '', '', '', 0, 0, 0, 0, '', '', '', '', 0];

/** How a fact's key follows from its other fields; 0: it does not, and is written. */
const KEY_FORMS: readonly ((fact: Omit<Fact, 'key'>) => string)[] = [
  () => '',
  (f) => `${f.contact}|${f.type}|${f.segment ?? ''}`,
  (f) => `${f.contact}|${f.type}|${f.segment ?? ''}|${f.agent ?? ''}`,
  (f) => `${f.contact}|${f.type}|@${f.source}|${f.id}`,
  (f) => `${f.contact}|${f.type}|${f.ref ?? ''}`,
  (f) => `${f.contact}|${f.type}|${f.agent ?? ''}|${f.at}`,
];

/** Index into {@link KEY_FORMS}, found without building keys to compare with. */
function keyForm(fact: Fact): number {
  const { key, contact, type, segment = '', agent = '', ref = '', source, id, at } = fact;
  const from = contact.length + type.length + 2;
  if (!isPrefix(key, contact, type)) return 0;
  const rest = key.length - from;
  if (rest === segment.length && key.endsWith(segment)) return 1;
  if (isPair(key, from, segment, agent)) return 2;
  if (key.charCodeAt(from) === AT && isPair(key, from + 1, source, id)) return 3;
  if (rest === ref.length && key.endsWith(ref)) return 4;
  return isPair(key, from, agent, `${at}`) ? 5 : 0;
}

const BAR = '|'.charCodeAt(0);
const AT = '@'.charCodeAt(0);

/** Does the key begin with `contact|type|`? */
function isPrefix(key: string, contact: string, type: string): boolean {
  const bar = contact.length;
  return (
    key.charCodeAt(bar) === BAR &&
    key.charCodeAt(bar + 1 + type.length) === BAR &&
    key.startsWith(contact) &&
    key.startsWith(type, bar + 1)
  );
}

/** Is the rest of the key `first|second`? */
function isPair(key: string, from: number, first: string, second: string): boolean {
  const bar = from + first.length;
  if (key.length !== bar + 1 + second.length || key.charCodeAt(bar) !== BAR) return false;
  return key.startsWith(first, from) && key.endsWith(second);
}

/** Types by their number in a record: one once given stays. */
const TYPE_NUMBERS: Readonly<Record<FactType, number>> = {
  root: 0,
  created: 1,
  queued: 2,
  entry: 3,
  rejected: 4,
  offered: 5,
  offer_ended: 6,
  answered: 7,
  abandoned: 8,
  flow_out: 9,
  held: 10,
  unheld: 11,
  transferred: 12,
  ended: 13,
  handoff: 14,
  wrapup_started: 15,
  wrapup_ended: 16,
  callback_requested: 17,
  callback_closed: 18,
  message: 19,
  noted: 20,
  self_care: 21,
  consulted: 22,
  survey: 23,
  evaluation: 24,
  sentiment: 25,
  transcribed: 26,
  keyword: 27,
  sale: 28,
  case: 29,
  customer: 30,
  category: 31,
  opened: 32,
  resolved: 33,
  reopened: 34,
  closed: 35,
  figure: 36,
  state: 37,
  state_repeated: 38,
  queues: 39,
  base: 40,
  consult_ended: 41,
};
const TYPES: readonly FactType[] = (Object.keys(TYPE_NUMBERS) as FactType[]).sort(
  (a, b) => TYPE_NUMBERS[a] - TYPE_NUMBERS[b],
);

/** Of the facts being written: values told last, and those of the one at hand. */
const told: Values = NOTHING.slice();
const values: Values = NOTHING.slice();

/** Writes facts of the entity `id`. */
export function writeFacts(writer: ByteWriter, id: string, facts: readonly Fact[]): void {
  writer.count(facts.length);
  if (facts.length === 0) return;
  beginAt(told, id);
  let lastPresent = 0;
  let lastAt = 0;
  let lastKey = '';
  for (const fact of facts) {
    valuesOf(fact, values);
    let present = 0;
    let changed = 0;
    for (let i = 0; i < FIELDS; i++) {
      const value = values[i];
      if (value === undefined) continue;
      present |= 1 << i;
      if (value !== told[i]) changed |= 1 << i;
    }
    const form = keyForm(fact);
    writer.count(TYPE_NUMBERS[fact.type] * KEY_FORMS.length + form);
    writer.integer(fact.at - lastAt);
    writer.count(present ^ lastPresent);
    writer.count(changed);
    for (let left = changed; left !== 0; left &= left - 1) {
      const i = 31 - Math.clz32(left & -left);
      const value = values[i]!;
      if (typeof value === 'number') writer.number(value);
      else writer.text(value, told[i] as string, WORDS_AT[i]);
      told[i] = value;
    }
    if (form === 0) {
      writer.text(fact.key, lastKey);
      lastKey = fact.key;
    }
    lastPresent = present;
    lastAt = fact.at;
  }
}

/** The facts that {@link writeFacts} wrote for the entity `id`, in the order they were given. */
export function readFacts(reader: ByteReader, id: string): Fact[] {
  const last = beginAt([], id);
  let present = 0;
  let at = 0;
  let lastKey = '';
  const facts: Fact[] = [];
  for (let count = reader.count(); count > 0; count--) {
    const head = reader.count();
    const form = head % KEY_FORMS.length;
    const type = TYPES[(head - form) / KEY_FORMS.length] ?? 'noted';
    at += reader.integer();
    present ^= reader.count();
    const changed = reader.count();
    for (let i = 0; i < last.length; i++) {
      if ((changed & (1 << i)) === 0) continue;
      const before = last[i]!;
      last[i] = typeof before === 'number' ? reader.number() : reader.text(before, WORDS_AT[i]);
    }
    const fact = factOf(
      type,
      at,
      last.map((value, i) => ((present & (1 << i)) === 0 ? undefined : value)),
    );
    if (form === 0) lastKey = reader.text(lastKey);
    fact.key = form === 0 ? lastKey : KEY_FORMS[form]!(fact);
    facts.push(fact);
  }
  return facts;
}

/** What the first fact is told against: a contact's facts name the contact, and ids often begin with it. */
function beginAt(last: Values, id: string): Values {
  for (let i = 0; i < FIELDS; i++) last[i] = NOTHING[i];
  const own = id.slice(id.indexOf('|') + 1);
  last[ID] = last[OFFER] = last[SEGMENT] = last[CONTACT] = own;
  return last;
}
