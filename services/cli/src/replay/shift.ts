import { formatInstant, parseInstant, type CanonicalEvent } from '@vigie/contracts';

/**
 * Moves every instant of an event by one constant, those inside `data` at any depth too: the figures of the moved
 * recording are those of the original at the moved time. Dates without time, and ids, stay; `ingestedtime` is dropped,
 * for it will be stamped anew.
 */
export function shiftEvent(event: CanonicalEvent, byMs: number): CanonicalEvent {
  const { ingestedtime: _old, ...kept } = event;
  const moved = { ...kept, time: shiftText(event.time, byMs), data: shiftValue(event.data, byMs) };
  return moved as CanonicalEvent;
}

function shiftValue(value: unknown, byMs: number): unknown {
  if (typeof value === 'string') return shiftText(value, byMs);
  if (Array.isArray(value)) return value.map((item) => shiftValue(item, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isIdKey(key) ? item : shiftValue(item, byMs)]),
  );
}

/** An id stays what it is, even if it looks like an instant: it is compared, not counted with. */
const isIdKey = (key: string): boolean => key === 'id' || key === 'key' || key.endsWith('Id');

function shiftText(text: string, byMs: number): string {
  const timeMs = parseInstant(text);
  return timeMs === undefined ? text : formatInstant(timeMs + byMs);
}
