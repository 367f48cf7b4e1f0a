import { compareText } from '@vigie/contracts';
import { QuestionError } from '../ports/owner.ts';

/** Part of a list, and where it goes on. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Of the last item; absent when nothing follows. */
  readonly next?: string;
}

/** The items that follow `after` in the order of their positions: at most `limit`. No two have the same position. */
export function pageOf<T>(
  items: readonly T[],
  positionOf: (item: T) => string,
  asked: { readonly limit: number; readonly after?: string | undefined },
): Page<T> {
  const after = asked.after === undefined ? undefined : readCursor(asked.after);
  const rest = items
    .map((item) => ({ item, position: positionOf(item) }))
    .filter(({ position }) => after === undefined || position > after)
    .sort((a, b) => compareText(a.position, b.position));
  const page = rest.slice(0, asked.limit);
  const told = page.map(({ item }) => item);
  const last = page.at(-1);
  if (last === undefined || rest.length <= page.length) return { items: told };
  return { items: told, next: cursorOf(last.position) };
}

/** A position as text that fits a query: opaque to whoever carries it. */
export function cursorOf(position: string): string {
  return encodeURIComponent(position);
}

/** Throws a {@link QuestionError} for what is no cursor of ours. */
export function readCursor(cursor: string): string {
  try {
    const position = decodeURIComponent(cursor);
    if (Array.isArray(JSON.parse(position))) return position;
  } catch {
    // Told below.
  }
  throw new QuestionError(400, 'after: is not the "next" of an answer', { parameter: 'after' });
}
