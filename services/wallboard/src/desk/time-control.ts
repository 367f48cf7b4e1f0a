import { element, setAttribute, setText } from '../dom.ts';
import { instantOfLocal, localMinute } from '../zone.ts';
import type { Moment } from './moment.ts';

const MINUTE_MS = 60_000;
const STEPS = [-15, -1, 1, 15] as const;

/** Chooses the instant that the desk shows: any minute, or now. */
export class TimeControl {
  readonly root: HTMLElement;
  readonly #label = element('span');
  readonly #input = element('input', { type: 'datetime-local', step: '60' }) as HTMLInputElement;
  readonly #live = element('button', { type: 'button', class: 'live' });
  readonly #steps: readonly HTMLElement[];
  #atMs: number | null = null;
  #nowMs = 0;
  #timeZone: string | undefined;

  constructor(onChange: (atMs: number | null) => void) {
    const go = (atMs: number): void => onChange(atMs >= this.#nowMs ? null : atMs);
    this.#steps = STEPS.map((minutes) => {
      const button = element('button', { type: 'button' }, `${minutes < 0 ? '−' : '+'}${Math.abs(minutes)}`);
      button.addEventListener('click', () => {
        const from = this.#atMs ?? Math.floor(this.#nowMs / MINUTE_MS) * MINUTE_MS;
        go(from + minutes * MINUTE_MS);
      });
      return button;
    });
    this.#input.addEventListener('change', () => {
      const atMs = instantOfLocal(this.#input.value, this.#timeZone);
      if (!Number.isNaN(atMs)) go(atMs);
    });
    this.#live.addEventListener('click', () => onChange(null));
    const [back15, back1, on1, on15] = this.#steps as readonly [
      HTMLElement,
      HTMLElement,
      HTMLElement,
      HTMLElement,
    ];
    this.root = element(
      'div',
      { class: 'time', role: 'group' },
      element('label', { class: 'field' }, this.#label, this.#input),
      element('span', { class: 'steps' }, back15, back1, on1, on15, this.#live),
    );
  }

  paint(atMs: number | null, nowMs: number, { desk, context }: Moment): void {
    this.#atMs = atMs;
    this.#nowMs = nowMs;
    const { timeZone } = context.formats;
    this.#timeZone = timeZone;
    setText(this.#label, desk.moment);
    setAttribute(this.root, 'aria-label', desk.time);
    STEPS.forEach((minutes, index) => {
      const count = context.formats.count(Math.abs(minutes));
      setAttribute(
        this.#steps[index] as Element,
        'aria-label',
        minutes < 0 ? desk.minutesBack(count) : desk.minutesOn(count),
      );
      setAttribute(this.#steps[index] as Element, 'disabled', minutes > 0 && atMs === null ? '' : null);
    });
    setText(this.#live, atMs === null ? desk.live : desk.backToLive);
    setAttribute(this.#live, 'aria-pressed', String(atMs === null));
    setAttribute(this.#input, 'max', localMinute(nowMs, timeZone));
    const value = localMinute(atMs ?? nowMs, timeZone);
    if (document.activeElement !== this.#input && this.#input.value !== value) this.#input.value = value;
  }
}
