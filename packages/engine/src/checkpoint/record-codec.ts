import type { Fact, FactType } from '@vigie/metrics';
import { pack, unpack } from 'msgpackr';

/**
 * One entity's facts as bytes. A record carries its own table of strings, since within a contact nearly all repeat;
 * keys that follow from the other fields are not written at all. Changing this layout means a new checkpoint format.
 */
type PackedFact = readonly (number | null)[];
type PackedRecord = readonly [strings: readonly string[], facts: readonly PackedFact[]];

/** How a fact's key follows from its other fields; 0: it does not, and is written. */
const KEY_FORMS: readonly ((fact: Omit<Fact, 'key'>) => string)[] = [
  () => '',
  (f) => `${f.contact}|${f.type}|${f.segment ?? ''}`,
  (f) => `${f.contact}|${f.type}|${f.segment ?? ''}|${f.agent ?? ''}`,
  (f) => `${f.contact}|${f.type}|@${f.source}|${f.id}`,
  (f) => `${f.contact}|${f.type}|${f.offer ?? ''}`,
];

/** Index into {@link KEY_FORMS}, found without building keys to compare with. */
function keyForm({ key, contact, type, segment = '', agent = '', offer = '', source, id }: Fact): number {
  const from = contact.length + type.length + 2;
  if (!isPrefix(key, contact, type)) return 0;
  const rest = key.length - from;
  if (rest === segment.length && key.endsWith(segment)) return 1;
  if (isPair(key, from, segment, agent)) return 2;
  if (key.charCodeAt(from) === AT && isPair(key, from + 1, source, id)) return 3;
  return rest === offer.length && key.endsWith(offer) ? 4 : 0;
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

export function packFacts(facts: readonly Fact[]): Uint8Array {
  const strings: string[] = [];
  const indexes = new Map<string, number>();
  const intern = (text: string | undefined): number | null => {
    if (text === undefined) return null;
    let index = indexes.get(text);
    if (index === undefined) {
      index = strings.push(text) - 1;
      indexes.set(text, index);
    }
    return index;
  };
  const firstAt = facts[0]?.at ?? 0;
  const packed = facts.map((fact): PackedFact => {
    const form = keyForm(fact);
    return [
      intern(fact.type),
      form,
      form === 0 ? intern(fact.key) : null,
      fact.at - firstAt,
      intern(fact.sequence),
      fact.rank,
      intern(fact.source),
      intern(fact.id),
      fact.authority,
      fact.revision,
      intern(fact.contact),
      intern(fact.segment),
      intern(fact.queue),
      intern(fact.agent),
      intern(fact.channel),
      intern(fact.direction),
      intern(fact.word),
      intern(fact.offer),
      fact.flags,
      fact.queuedAt ?? null,
      fact.holdMs ?? null,
      fact.wrapMs ?? null,
    ];
  });
  const record: readonly [...PackedRecord, number] = [strings, packed, firstAt];
  return pack(record);
}

export function unpackFacts(bytes: Uint8Array): Fact[] {
  const [strings, packed, firstAt] = unpack(bytes) as [readonly string[], readonly PackedFact[], number];
  const text = (index: number | null | undefined): string | undefined =>
    index === null || index === undefined ? undefined : strings[index];
  return packed.map((p): Fact => {
    // in the order in which facts are made: contents are compared as text
    const fact = {
      type: (text(p[0]) ?? 'noted') as FactType,
      key: '',
      at: (p[3] ?? 0) + firstAt,
      sequence: text(p[4]) ?? '',
      rank: p[5] ?? 0,
      source: text(p[6]) ?? '',
      id: text(p[7]) ?? '',
      authority: p[8] ?? 0,
      revision: p[9] ?? 0,
      contact: text(p[10]) ?? '',
      segment: text(p[11]),
      queue: text(p[12]),
      agent: text(p[13]),
      channel: text(p[14]),
      direction: text(p[15]),
      word: text(p[16]),
      offer: text(p[17]),
      flags: p[18] ?? 0,
      queuedAt: p[19] ?? undefined,
      holdMs: p[20] ?? undefined,
      wrapMs: p[21] ?? undefined,
    };
    const form = p[1] ?? 0;
    fact.key = form === 0 ? (text(p[2]) ?? '') : KEY_FORMS[form]!(fact);
    return fact;
  });
}
