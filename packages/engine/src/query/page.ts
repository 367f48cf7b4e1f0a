import { QuestionError } from '../ports/owner.ts';

/** Part of a list, and where it goes on. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Of the last item; absent when nothing follows. */
  readonly next?: string;
}

/** The items that follow `after` in a list sorted by position: at most `limit`. */
export function pageOf<T>(
  sorted: readonly T[],
  positionOf: (item: T) => string,
  asked: { readonly limit: number; readonly after?: string | undefined },
): Page<T> {
  const after = asked.after === undefined ? undefined : readCursor(asked.after);
  const rest = after === undefined ? sorted : sorted.filter((item) => positionOf(item) > after);
  const items = rest.slice(0, asked.limit);
  const last = items.at(-1);
  if (last === undefined || rest.length <= items.length) return { items };
  return { items, next: cursorOf(positionOf(last)) };
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
