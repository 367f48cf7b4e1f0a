import { FLAG, type Fact, type FactType } from '../fact.ts';
import { CODE } from '../codes.ts';
import type { JudgeContext } from './context.ts';
import type { Gathering } from '../gathering.ts';
import type { ContactView, Happening, Stretch } from './view.ts';

/**
 * When a conversation of an asynchronous channel was an open item: from its beginning to its end or resolution, and again
 * when it is taken up. `ends`: of the facts that end a contact, the instants of those that left nothing open.
 */
export function openStretches(facts: readonly Fact[], ends: readonly number[]): readonly Stretch[] {
  const open: Stretch[] = [];
  for (const fact of facts) {
    const last = open.at(-1);
    if (closes(fact, ends)) {
      if (last !== undefined) last.to ??= fact.at;
    } else if (opens(fact) && (last === undefined || last.to !== undefined)) {
      open.push({ from: fact.at, to: undefined });
    }
  }
  return open;
}

const MAY_END: ReadonlySet<FactType> = new Set(['ended', 'abandoned', 'flow_out']);

function opens({ type, word, flags }: Fact): boolean {
  if (type === 'message') return word === 'customer' && (flags & FLAG.internal) === 0;
  return type === 'created' || type === 'reopened' || (type === 'queued' && word !== 'consult');
}

function closes({ type, at }: Fact, ends: readonly number[]): boolean {
  return type === 'resolved' || (MAY_END.has(type) && ends.includes(at));
}

/** Adds the open item that a conversation is, in the queue it came to last at each time. One that nobody ends is given up after the greatest age of such work. */
export function openItem(
  view: ContactView,
  context: JudgeContext,
  placeOf: (queue: string | undefined) => number,
  out: Gathering,
): void {
  if (view.open.length === 0) return;
  const stays = entered(view);
  for (const { from, to = from + context.versions.at(from).time.maxAsyncAgeMs } of view.open) {
    if (to <= from) continue;
    let group = placeOf(stays.findLast(({ at }) => at <= from)?.queue);
    out.add(group, from, CODE.itemOpens);
    for (const { at, queue } of stays) {
      const next = placeOf(queue);
      if (at <= from || at >= to || next === group) continue;
      out.add(group, at, CODE.itemCloses);
      out.add(next, at, CODE.itemOpens);
      group = next;
    }
    out.add(group, to, CODE.itemCloses);
  }
}

/** The queues the conversation went through, in order. */
function entered({ segments }: ContactView): readonly Happening[] {
  const stays = segments.flatMap(({ enteredAt, kind, queue }) =>
    enteredAt === undefined || kind === 'consult' ? [] : { at: enteredAt, queue },
  );
  return stays.length < 2 ? stays : stays.sort((a, b) => a.at - b.at);
}
