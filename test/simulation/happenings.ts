/** What a schedule can meet, told where it happens: a fault that was planned may have hit nothing. */
export const HAPPENINGS = [
  'aggregator killed',
  'aggregator ended by itself',
  'aggregator frozen',
  'gateway killed',
  'gateway frozen',
  'partition taken',
  'partition taken from another',
  'state restored',
  'state built from the log',
  'commit of an earlier owner refused',
  'frame of an earlier owner refused',
  'commit repeated',
  'store gone back',
  'store emptied',
  'request lost',
  'reply lost',
  'frame lost',
  'store not reached',
  'store slow',
  'log not reached',
  'batch repeated',
  'batch with records left out',
  'batch of a partition taken away',
  'late or future event',
  'poison',
  'client without reading',
  'client disconnected',
  'clock put forward',
  'screen judged in the middle',
  'checkpoint judged in the middle',
] as const;

export type Happening = (typeof HAPPENINGS)[number];

/** How often each was met. */
export class Happenings {
  readonly counts = new Map<Happening, number>(HAPPENINGS.map((each) => [each, 0]));

  readonly met = (what: Happening): void => {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  };

  add(counts: ReadonlyMap<Happening, number>): void {
    for (const [what, times] of counts) this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}
