/** What was heard, and what was in alarm then. */
export interface Heard {
  readonly alarms: ReadonlySet<string>;
  readonly playedMs: number | null;
}
export const SILENCE: Heard = { alarms: new Set(), playedMs: null };

/** Not more often than this, whatever happens. */
const EVERY_MS = 300_000;

/** Is a tone due? On the entry of something to alarm, once, and not again for five minutes. */
export function toneDue(
  heard: Heard,
  alarms: ReadonlySet<string>,
  nowMs: number,
): { readonly isDue: boolean; readonly heard: Heard } {
  const isNew = [...alarms].some((alarm) => !heard.alarms.has(alarm));
  const isQuietLongEnough = heard.playedMs === null || nowMs - heard.playedMs >= EVERY_MS;
  const isDue = isNew && isQuietLongEnough;
  return { isDue, heard: { alarms, playedMs: isDue ? nowMs : heard.playedMs } };
}

/** Two short tones. Browsers stay mute until somebody has touched the page: then `isBlocked` says so. */
export class Tones {
  #context: AudioContext | null = null;

  get isBlocked(): boolean {
    return this.#context?.state === 'suspended';
  }

  /** To be called once: makes ready, and learns whether the browser allows it. */
  prepare(): void {
    if (this.#context !== null || typeof AudioContext === 'undefined') return;
    this.#context = new AudioContext();
    document.addEventListener('pointerdown', () => void this.#context?.resume());
    document.addEventListener('keydown', () => void this.#context?.resume());
  }

  play(): void {
    const context = this.#context;
    if (context === null || this.isBlocked) return;
    [660, 880].forEach((frequency, index) => {
      const oscillator = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + index * 0.25;
      oscillator.frequency.value = frequency;
      volume.gain.setValueAtTime(0.2, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.22);
      oscillator.connect(volume);
      volume.connect(context.destination);
      oscillator.start(from);
      oscillator.stop(from + 0.24);
    });
  }
}
