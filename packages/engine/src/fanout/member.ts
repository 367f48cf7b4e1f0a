/** Place of a message in its channel. */
export interface Position {
  readonly op: 'snapshot' | 'delta';
  readonly epoch: number;
  readonly seq: number;
}

/**
 * How far one client has come in one channel. A client that reads slowly is skipped: it then needs a snapshot, the
 * newest values, however many messages it missed. What it is sent always follows what it was sent before.
 */
export class Member {
  #epoch = -1;
  #seq = 0;
  #behind = true;

  /** Must be told by a snapshot, as soon as it can take one. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** Should the client be sent this now? Answering true counts as sent. `congested`: it can take nothing more. */
  offer(message: Position, congested: boolean): boolean {
    const known = message.epoch === this.#epoch && message.seq <= this.#seq;
    if (message.op === 'delta') {
      if (this.#behind || known) return false;
      const follows = message.epoch === this.#epoch && message.seq === this.#seq + 1;
      this.#behind = congested || !follows;
    } else {
      this.#behind = congested;
    }
    if (this.#behind) return false;
    this.#epoch = message.epoch;
    this.#seq = message.seq;
    return true;
  }
}
