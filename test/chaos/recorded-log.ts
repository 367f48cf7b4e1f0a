import type { OracleEvent } from '@vigie/testkit/oracle';

/** A record as the broker stored it. */
export interface RecordedRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  /** When the log gave it to a reader: a producer's own stamp is older by what it had to repeat. */
  readonly recordedMs: number;
  /** Set on what was put there to be refused: how many refusals it is good for. */
  readonly refusals: number | undefined;
}

/** An event and where it lies. */
interface PlacedEvent {
  readonly offset: bigint;
  readonly event: OracleEvent;
}

const utf8 = new TextDecoder();

/** All that the log ever had, in its order: the truth that everything else is held against. */
export class RecordedLog {
  readonly records: RecordedRecord[][];
  /** Of every centre, in the order of the log; without what Vigie itself appended. */
  readonly events = new Map<string, PlacedEvent[]>();
  /** Where every event lies first, by source and id. */
  readonly #places = new Map<string, { readonly partition: number; readonly offset: bigint }>();
  /** Refusals that the records are good for, late and future events not among them. */
  refusals = 0;

  constructor(partitions: number) {
    this.records = Array.from({ length: partitions }, () => []);
  }

  /** Events of all centres and refusals: what has to be in an account, once each. */
  get read(): number {
    return [...this.events.values()].reduce((sum, placed) => sum + placed.length, this.refusals);
  }

  /** First offset that is not recorded yet. */
  next(partition: number): bigint {
    return (this.records[partition]?.at(-1)?.offset ?? -1n) + 1n;
  }

  /** Where an event lies first; `undefined` when it is in no record. */
  placeOf(event: Pick<OracleEvent, 'source' | 'id'>): { partition: number; offset: bigint } | undefined {
    return this.#places.get(nameOf(event));
  }

  /** Events of a centre from an offset of its partition up to another, which is not among them. */
  eventsOf(centre: string, below: bigint, from = 0n): OracleEvent[] {
    return (this.events.get(centre) ?? [])
      .filter(({ offset }) => offset >= from && offset < below)
      .map(({ event }) => event);
  }

  /** False: it is known already, and was delivered once more. */
  add(record: RecordedRecord): boolean {
    const { partition, offset, value, refusals } = record;
    if (offset < this.next(partition)) return false;
    this.records[partition]?.push(record);
    if (refusals !== undefined) {
      this.refusals += refusals;
      return true;
    }
    for (const line of utf8.decode(value ?? new Uint8Array()).split('\n')) {
      if (line === '') continue;
      const event = JSON.parse(line) as OracleEvent;
      if (event.source.startsWith('vigie://')) continue;
      const centre = event.centre ?? 'default';
      const placed = this.events.get(centre);
      if (placed === undefined) this.events.set(centre, [{ offset, event }]);
      else placed.push({ offset, event });
      const name = nameOf(event);
      if (!this.#places.has(name)) this.#places.set(name, { partition, offset });
    }
    return true;
  }
}

const nameOf = ({ source, id }: Pick<OracleEvent, 'source' | 'id'>): string => `${source} ${id}`;
