/** What was heard, and what was in alarm then. */
export interface Heard {
  readonly alarms: ReadonlySet<string>;
  /** Of these, those that have been told by a sound. */
  readonly told: ReadonlySet<string>;
  readonly playedMs: number | null;
  /** When something began to need an act, in the last hour. */
  readonly beganMs: readonly number[];
}
export const SILENCE: Heard = { alarms: new Set(), told: new Set(), playedMs: null, beganMs: [] };

/** Not more often than this, whatever happens. */
const EVERY_MS = 300_000;
const HOUR_MS = 3_600_000;
const MOST_BEGINNINGS = 1_000;

/**
 * Is a tone due? When something began to need an act, once for each, not again for five minutes, and not in quiet hours: what
 * still stands when they are over is told then. `due` are those that it is about; none: no tone.
 */
export function toneDue(
  heard: Heard,
  alarms: ReadonlySet<string>,
  nowMs: number,
  isQuiet = false,
): { readonly due: readonly string[]; readonly heard: Heard } {
  const began = [...alarms].filter((alarm) => !heard.alarms.has(alarm)).map(() => nowMs);
  const beganMs = [...heard.beganMs, ...began]
    .filter((atMs) => nowMs - atMs < HOUR_MS)
    .slice(-MOST_BEGINNINGS);
  const told = [...heard.told].filter((alarm) => alarms.has(alarm));
  const untold = [...alarms].filter((alarm) => !heard.told.has(alarm));
  const isLongEnough = heard.playedMs === null || nowMs - heard.playedMs >= EVERY_MS;
  const due = isLongEnough && !isQuiet ? untold : [];
  return {
    due,
    heard: {
      ...{ alarms, beganMs, told: new Set([...told, ...due]) },
      playedMs: due.length > 0 ? nowMs : heard.playedMs,
    },
  };
}

/** Two short tones, and words. Browsers stay mute until somebody has touched the page: then `isBlocked` says so. */
export class Tones {
  #context: AudioContext | null = null;

  get isBlocked(): boolean {
    return this.#context?.state === 'suspended';
  }

  /** Can this browser speak? Some have no voice, or tell of theirs only after a while. */
  get hasVoice(): boolean {
    return typeof speechSynthesis !== 'undefined' && speechSynthesis.getVoices().length > 0;
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

  /** Says it; what is still being said is not cut short. */
  say(words: string, language: string): void {
    if (typeof speechSynthesis === 'undefined' || words === '') return;
    const said = new SpeechSynthesisUtterance(words);
    said.lang = language;
    speechSynthesis.speak(said);
  }
}
