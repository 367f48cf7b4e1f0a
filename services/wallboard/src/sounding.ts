import { type Heard, SILENCE, toneDue, Tones } from './sound.ts';
import { isWithinHours } from './zone.ts';

/** What a screen is to be heard of. */
export interface Hearing {
  /** What needs an act, by a name of its own, in words to be said. */
  readonly needed: ReadonlyMap<string, string>;
  readonly isOn: boolean;
  readonly isSpoken: boolean;
  readonly quietHours: readonly string[];
  /** `14:03` on the screen. */
  readonly localTime: string;
  readonly language: string;
  readonly nowMs: number;
}

/** More is not listened to. */
const MOST_SAID = 2;
/** Browsers tell of their voices a while after the page is there. */
const VOICES_MS = 10_000;

/** The sounds of a screen: off unless it is told otherwise; it counts how often something needs an act either way. */
export class Sounding {
  readonly #tones = new Tones();
  #heard: Heard = SILENCE;
  #onSinceMs: number | null = null;

  /** How often something began to need an act in the last hour. */
  get beganLastHour(): number {
    return this.#heard.beganMs.length;
  }

  hear({ needed, isOn, isSpoken, quietHours, localTime, language, nowMs }: Hearing): void {
    const isQuiet = !isOn || isWithinHours(quietHours, localTime);
    const { due, heard } = toneDue(this.#heard, new Set(needed.keys()), nowMs, isQuiet);
    this.#heard = heard;
    if (!isOn) return;
    this.#onSinceMs ??= nowMs;
    this.#tones.prepare();
    if (due.length === 0) return;
    this.#tones.play();
    if (!isSpoken) return;
    const said = due.slice(0, MOST_SAID).map((alarm) => needed.get(alarm) ?? '');
    this.#tones.say(said.join('. '), language);
  }

  /** What keeps this screen from being heard, where it is to be. */
  trouble(isSpoken: boolean, nowMs: number): 'blocked' | 'no_voice' | null {
    if (this.#onSinceMs === null) return null;
    if (this.#tones.isBlocked) return 'blocked';
    const isTime = nowMs - this.#onSinceMs > VOICES_MS;
    return isSpoken && isTime && !this.#tones.hasVoice ? 'no_voice' : null;
  }
}
