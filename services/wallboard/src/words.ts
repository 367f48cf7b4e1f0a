/** Phrases that both languages put together alike. */

/** A word and an instant after it; nothing without an instant. */
export const since = (word: string, time: string | null): string => (time === null ? '' : ` ${word} ${time}`);

/** `30m` → its number and unit; `null` for names such as `today`. */
export const partsOfWindow = (window: string): { count: string; hours: boolean } | null => {
  const match = /^(\d+)([mh])$/.exec(window);
  return match === null ? null : { count: match[1] ?? '', hours: match[2] === 'h' };
};

type Part = readonly [count: number, one: string, several: string];

/** `4 minutes 12 seconds`: what is none is left unsaid, but for the last. */
export function spoken(parts: readonly Part[]): string {
  const some = parts.filter(([count]) => count > 0);
  const last = parts[parts.length - 1] as Part;
  return (some.length === 0 ? [last] : some)
    .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`)
    .join(' ');
}
