/**
 * Names of all keys. Those of a partition share one hash slot (`{p7}`), so that one script may touch them all.
 */
export class Keys {
  readonly prefix: string;

  constructor(prefix: string) {
    if (!/^[\w.:-]+$/.test(prefix)) {
      throw new RangeError(
        `key prefix ${JSON.stringify(prefix)}: letters, digits, "_", ".", ":" and "-" expected`,
      );
    }
    this.prefix = prefix;
  }

  /** Hash: epoch, url; committedEpoch, committedSeq, firstDelta; forgotten; feedEpoch. */
  fence = (partition: number): string => `${this.#of(partition)}:epoch`;
  head = (partition: number): string => `${this.#of(partition)}:head`;
  pagePrefix = (partition: number): string => `${this.#of(partition)}:page:`;
  page = (partition: number, index: number): string => `${this.pagePrefix(partition)}${index}`;
  deltaPrefix = (partition: number): string => `${this.#of(partition)}:delta:`;
  delta = (partition: number, seq: number): string => `${this.deltaPrefix(partition)}${seq}`;
  /** Hash of a UTC day: rows by their start and the commit that wrote them. */
  archive = (partition: number, kind: string, centre: string, day: number): string =>
    `${this.#of(partition)}:archive:${kind}:${day}:${centre}`;
  /** Hash: epoch, seq, header, and the fields of `feed-fields.ts`. */
  live = (partition: number, centre: string): string => `${this.#of(partition)}:live:${centre}`;
  centres = (partition: number): string => `${this.#of(partition)}:centres`;
  channel = (partition: number): string => `${this.#of(partition)}:frames`;
  /** Pattern of {@link channel} for all partitions. */
  channels = (): string => `${this.prefix}:{p*}:frames`;
  /** Whose ticket has this digest; gone with the ticket. */
  ticket = (digest: string): string => `${this.prefix}:ticket:${digest}`;
  /** Set of the places of a board, and the text in one of them; gone when its process falls silent. */
  board = (board: string): string => `${this.prefix}:board:${board}`;
  place = (board: string, place: string): string => `${this.board(board)}:${place}`;
  /** Set of the partitions that have ever published. */
  partitions = (): string => `${this.prefix}:partitions`;

  #of(partition: number): string {
    return `${this.prefix}:{p${partition}}`;
  }
}
