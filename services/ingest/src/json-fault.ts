const SPACE = /[ \t\n\r]*/y;
// Control characters are what a JSON string may not hold.
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

export interface TextPlace {
  /** Both from 1; the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

/**
 * Where a text stops being JSON; `undefined` when it is JSON. For error messages: what the engine's own parser says
 * differs between releases, often names no place, and repeats the input.
 */
export function jsonFault(text: string): TextPlace | undefined {
  const offset = faultOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** A loop with a stack of its own, so that depth costs memory, not the call stack. */
function faultOffset(text: string): number | undefined {
  let at = 0;
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const take = (character: string): boolean => {
    match(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const key = (): boolean => {
    match(SPACE);
    return match(STRING) && take(':');
  };
  const closers: ('}' | ']')[] = [];
  for (;;) {
    match(SPACE);
    let isValue = true;
    if (take('{')) {
      if (!take('}')) {
        closers.push('}');
        if (!key()) return at;
        isValue = false;
      }
    } else if (take('[')) {
      if (!take(']')) {
        closers.push(']');
        isValue = false;
      }
    } else if (!match(STRING) && !match(SCALAR)) return at;
    while (isValue) {
      const closer = closers.at(-1);
      if (closer === undefined) {
        match(SPACE);
        return at === text.length ? undefined : at;
      }
      if (take(closer)) {
        closers.pop();
        continue;
      }
      if (!take(',')) return at;
      if (closer === '}' && !key()) return at;
      isValue = false;
    }
  }
}
