import { type Api, ApiError, type Parameters } from './api.ts';

/** What was answered last to a question that is asked again and again. */
export interface Asked<T> {
  readonly answer: T | null;
  readonly error: string | null;
}

/** Asks one question at a time, again every so often; what an older question is answered is not heard. */
export class Asking<T> {
  readonly #api: Api;
  readonly #read: (body: unknown) => T;
  readonly #onAnswer: () => void;
  #key = '';
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked: Asked<T> = { answer: null, error: null };

  constructor(api: Api, read: (body: unknown) => T, onAnswer: () => void) {
    this.#api = api;
    this.#read = read;
    this.#onAnswer = onAnswer;
  }

  get last(): Asked<T> {
    return this.#asked;
  }

  /** Asks this from now on, every `everyMs`, or once when that is `null`; the same question goes on as it does. */
  ask(path: string, parameters: Parameters, everyMs: number | null): void {
    const key = JSON.stringify([path, parameters, everyMs]);
    if (key === this.#key) return;
    this.stop();
    this.#key = key;
    void this.#now(key, path, parameters, everyMs);
  }

  /** Asks nothing any more, and forgets what was answered. */
  stop(): void {
    this.#key = '';
    this.#asked = { answer: null, error: null };
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #now(key: string, path: string, parameters: Parameters, everyMs: number | null): Promise<void> {
    try {
      const body = await this.#api.get(path, parameters);
      if (key !== this.#key) return;
      this.#asked = { answer: this.#read(body), error: null };
    } catch (error) {
      if (key !== this.#key) return;
      this.#asked = { ...this.#asked, error: error instanceof ApiError ? error.message : String(error) };
    }
    this.#onAnswer();
    if (everyMs === null) return;
    this.#timer = setTimeout(() => void this.#now(key, path, parameters, everyMs), everyMs);
  }
}
