import type { Random } from './random.ts';
import { latest, systemDraft, emit, repeatLater, type Draft, type Script } from './script.ts';

/** Customers and cases that the contacts of a centre share. */
export interface Acquaintances {
  readonly cases: {
    readonly id: string;
    readonly category: string | undefined;
    readonly customer: string | undefined;
  }[];
}

const CUSTOMERS = ['anna', 'ben', 'cid', 'dora', 'emil'] as const;
const CATEGORIES = ['billing', 'delivery', undefined] as const;

/** What follows a contact, or comes with it: its customer, its case, what he thinks of it, what he bought. */
export function writeAfterwards(script: Script, known: Acquaintances): void {
  const { random, drafts } = script;
  if (drafts.length === 0) return;
  const endMs = drafts.reduce((last, draft) => Math.max(last, draft.trueMs), 0);
  const customer = random.chance(0.6) ? random.pick(CUSTOMERS) : undefined;
  if (random.chance(0.5)) writeCase(script, known, customer, endMs);
  else if (customer !== undefined) nameOnSome(drafts, random, { customer: { key: customer } });
  writeFeedback(script, endMs);
}

/** Says it on the first event, and on others by chance; never on an outcome, which may be told twice. */
function nameOnSome(drafts: Draft[], random: Random, more: object): void {
  drafts.forEach((draft, i) => {
    if (i > 0 && !random.chance(0.2)) return;
    if (/answered|abandoned|flow_out|ended/.test(draft.event.type)) return;
    drafts[i] = { ...draft, event: { ...draft.event, data: { ...draft.event.data, ...more } } };
  });
}

function writeCase(script: Script, known: Acquaintances, wanted: string | undefined, endMs: number): void {
  const { random, drafts } = script;
  const beginMs = drafts[0]?.trueMs ?? endMs;
  const again = random.chance(0.35) && known.cases.length > 0;
  const old = again ? known.cases[random.int(0, known.cases.length - 1)] : undefined;
  const category = old === undefined ? random.pick(CATEGORIES) : old.category;
  const customer = old?.customer ?? wanted;
  const id = old?.id ?? script.newId('t');
  const named = {
    case: { id, ...(category !== undefined && random.chance(0.8) ? { category } : {}) },
    ...(customer === undefined ? {} : { customer: { key: customer } }),
  };
  nameOnSome(drafts, random, named);
  const tell = (type: string, atMs: number, more: object = {}): void => {
    const contact = random.chance(0.3) ? { contact: { id: script.contactId } } : {};
    const by = random.pick(['agent', 'bot', 'customer', 'system'] as const);
    const agent =
      by === 'agent' && random.chance(0.6) ? { agent: { id: random.pick(['ada', 'bob', 'eve']) } } : {};
    drafts.push(
      systemDraft(script.newId('e'), 'desk://tickets', type, atMs, {
        ...named,
        ...contact,
        by,
        ...agent,
        ...more,
      }),
    );
    if (random.chance(0.1)) repeatExactly(script);
  };
  if (old === undefined) {
    known.cases.push({ id, category, customer });
    tell('case.opened', beginMs + random.int(0, 60_000));
  }
  let nowMs = Math.max(beginMs + 60_001, endMs + random.int(-30_000, 600_000));
  if (random.chance(0.75)) {
    tell('case.resolved', nowMs);
    while (random.chance(0.3)) {
      nowMs += 1 + random.delay(1_200_000, 4 * 3_600_000);
      tell('case.reopened', nowMs);
      nowMs += 1 + random.delay(600_000, 4 * 3_600_000);
      if (random.chance(0.8)) tell(random.chance(0.8) ? 'case.resolved' : 'case.closed_unresolved', nowMs);
      else break;
    }
  } else if (random.chance(0.5)) tell('case.closed_unresolved', nowMs);
  if (random.chance(0.1)) {
    // Somebody files it elsewhere, later.
    drafts.push(
      systemDraft(script.newId('e'), 'desk://tickets', 'case.reopened', nowMs + 5000, {
        case: { id, category: 'moved' },
      }),
    );
  }
}

/** The very event once more. */
function repeatExactly(script: Script): void {
  script.drafts.push(latest(script));
}

function writeFeedback(script: Script, endMs: number): void {
  const { random, style } = script;
  // Where stays have no names, only what follows them all is sure of its queue.
  const early = style.segmentIds ? 1 : 0;
  if (random.chance(0.35)) {
    writeSurvey(script, endMs + random.int(1000, 1_200_000));
    if (random.chance(0.15)) repeatLater(script, latest(script));
  }
  if (random.chance(0.15)) {
    emit(script, 'qa.evaluated', endMs + random.int(1000, 2_000_000), {
      formId: script.newId('f'),
      score: random.int(0, 20),
      max: 20,
      ...(random.chance(0.3) ? { calibration: true } : {}),
    });
  }
  for (let times = random.pick([0, 0, 1, 1, 2]); times > 0; times -= 1) {
    const transcribed = random.chance(0.8);
    const heard = ['refund', 'cancel', 'thanks'].filter(() => transcribed && random.chance(0.4));
    emit(script, 'contact.analysed', endMs + random.int(-5000 * early, 300_000), {
      transcribed,
      ...(random.chance(0.7) ? { sentiment: { score: random.int(-5, 5), min: -5, max: 5 } } : {}),
      keywords: heard.map((id) => ({ id, hits: random.int(0, 4) })),
    });
  }
  for (let sales = random.pick([0, 0, 0, 1, 2]); sales > 0; sales -= 1) {
    emit(script, 'contact.converted', endMs - random.int(0, 20_000 * early), {
      ...(random.chance(0.7) ? { saleId: script.newId('b') } : {}),
      amount: 12.5,
      currency: 'EUR',
    });
  }
}

function writeSurvey(script: Script, atMs: number): void {
  const { random } = script;
  const [kind, min, max] = random.pick<readonly [kind: string, min: number, max: number]>([
    ['csat', 1, 5],
    ['csat', 1, 7],
    ['csat', 1, 3],
    ['csat', 0, 1],
    ['ces', 1, 5],
    ['ces', 1, 7],
    ['nps', 0, 10],
    ['thumbs', 0, 1],
    ['stars', 1, 5],
  ]);
  emit(script, 'survey.response', atMs, {
    kind,
    score: random.int(min, max),
    ...(kind !== 'csat' && kind !== 'ces' && random.chance(0.3) ? {} : { min, max }),
    ...(kind === 'ces' && random.chance(0.4) ? { polarity: 'effort' as const } : {}),
    ...(random.chance(0.3) ? { verbatim: true } : {}),
    ...(random.chance(0.8) ? { responseId: script.newId('r') } : {}),
  });
}
