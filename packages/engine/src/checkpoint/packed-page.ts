import { ByteReader, ByteWriter } from './bytes.ts';

/** A packed entity as it lies in its page. The bytes are to be read before the page changes. */
export interface PackedRecord {
  readonly id: string;
  /** The latest instant that any of its facts or contributions is dated at, ms. */
  readonly lastAt: number;
  readonly body: Uint8Array;
}

/** Bytes before the id of a record: its length, whose highest bit says that it was taken out, and `lastAt`. */
const HEAD_BYTES = 12;
const TAKEN = 0x80000000;
/** A page that is full grows by an eighth: a little copying, little room left over. */
const GROWTH = 1.125;
/** A quarter of the slots of the index are free at least. */
const FILL = 0.75;
const FIRST_SLOTS = 8;
const FREE = 0;
const WAS_USED = -1;

/** Most ids begin so. */
const ID_BASE = 'contact|';
const ID_BASE_LENGTH = ID_BASE.length;

/** Told where the body of a record begins, whether it is a contact's, and the whole record when it is asked for. */
export type VisitBody = (body: ByteReader, isContact: boolean, record: () => PackedRecord) => void;

const writer = new ByteWriter();
/** Of a page that nothing was ever put into, as most are in a small centre: they are replaced before any is written. */
const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);
const NO_SLOTS = new Int32Array(1);

/** Writes a record as a page holds it. */
export function writeRecord(to: ByteWriter, id: string, lastAt: number, body: Uint8Array): void {
  const start = to.length;
  to.uint32(0);
  to.float64(lastAt);
  to.text(id, ID_BASE);
  to.raw(body);
  to.replaceUint32(start, to.length - start);
}

/** The records of one page, one after the other in a buffer: what lies in memory is what a checkpoint writes. */
export class PackedPage {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;
  #takenBytes = 0;
  #size = 0;
  /** Open addressing by the hash of the id: offset of the record + 1, or one of the marks. */
  #slots = NO_SLOTS;
  /** Slots that are not free. */
  #filled = 0;

  /**
   * An empty page, or one over the records of `bytes`, which are the page's from now on; `visit` is called for each of
   * them.
   */
  constructor(bytes: Uint8Array = NO_BYTES, visit?: VisitBody) {
    this.#bytes = bytes;
    this.#view = bytes === NO_BYTES ? NO_VIEW : viewOf(bytes);
    this.#length = bytes.length;
    for (let at = 0; at < bytes.length; at += this.#lengthAt(at)) {
      if (this.#lengthAt(at) === 0) throw new RangeError('a record of no bytes');
      this.#size++;
    }
    if (this.#size === 0) return;
    this.#makeSlots(this.#size);
    const body = new ByteReader(bytes);
    for (let at = 0; at < bytes.length; at += this.#lengthAt(at)) {
      this.#fillSlot(at);
      if (visit === undefined) continue;
      body.position = hashed.end;
      visit(body, hashed.isContact, () => this.#recordAt(at));
    }
  }

  /** Number of records. */
  get size(): number {
    return this.#size;
  }

  /** Memory of the records and of their index, bytes. */
  get bytes(): number {
    return this.#bytes.length + this.#slots.byteLength;
  }

  /** Adds a record, in place of the one of that id if there is one. `body` is copied. */
  add(id: string, lastAt: number, body: Uint8Array): void {
    this.take(id);
    writer.clear();
    writeRecord(writer, id, lastAt, body);
    const record = writer.from(0);
    this.#reserve(record.length);
    this.#bytes.set(record, this.#length);
    this.#append(record.length);
  }

  /** The record of an id, which stays. */
  get(id: string): PackedRecord | undefined {
    const slot = this.#slotOf(id);
    return slot < 0 ? undefined : this.#recordAt(this.#slots[slot]! - 1);
  }

  /** Takes a record out, if there is one. */
  take(id: string): PackedRecord | undefined {
    const slot = this.#slotOf(id);
    if (slot < 0) return undefined;
    const at = this.#slots[slot]! - 1;
    const length = this.#lengthAt(at);
    this.#slots[slot] = WAS_USED;
    this.#view.setUint32(at, (length | TAKEN) >>> 0);
    this.#takenBytes += length;
    this.#size--;
    return this.#recordAt(at);
  }

  /** Records with an instant at `fromMs` or later, and those whose id `always` names. None may be added meanwhile. */
  *recordsSince(fromMs: number, always?: (id: string) => boolean): Generator<PackedRecord> {
    for (let at = 0; at < this.#length; at += this.#lengthAt(at)) {
      if (!this.#isAlive(at)) continue;
      const isWanted = this.#view.getFloat64(at + 4) >= fromMs || always?.(this.#recordAt(at).id);
      if (isWanted === true) yield this.#recordAt(at);
    }
  }

  /** Ids of the records whose last instant lies before `before`, and by what `keepsMs` says of them before that. */
  idsBefore(before: number, keepsMs: (id: string) => number = () => 0): readonly string[] {
    const ids: string[] = [];
    for (let at = 0; at < this.#length; at += this.#lengthAt(at)) {
      const lastAt = this.#view.getFloat64(at + 4);
      if (!this.#isAlive(at) || lastAt >= before) continue;
      const { id } = this.#recordAt(at);
      if (lastAt < before - keepsMs(id)) ids.push(id);
    }
    return ids;
  }

  /** The records as bytes of their own, to be read by {@link recordsIn}. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** The records as bytes, without those taken out; valid until the page changes. */
  write(): Uint8Array {
    if (this.#takenBytes > 0) this.#compact();
    return this.#bytes.subarray(0, this.#length);
  }

  #recordAt(at: number): PackedRecord {
    return recordAt(this.#bytes, this.#view, at, at + this.#lengthAt(at));
  }

  #lengthAt(at: number): number {
    return this.#view.getUint32(at) & ~TAKEN;
  }

  #isAlive(at: number): boolean {
    return this.#view.getUint32(at) < TAKEN;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    if (this.#takenBytes > this.#length / 4) {
      this.#compact();
      this.#reserve(more);
      return;
    }
    this.#moveTo(new Uint8Array(Math.max(needed, Math.ceil(this.#bytes.length * GROWTH))));
  }

  #moveTo(bytes: Uint8Array): void {
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** Takes the bytes that follow as a record. */
  #append(length: number): void {
    if (this.#slots === NO_SLOTS || this.#filled >= this.#slots.length * FILL) this.#reindex(this.#size + 1);
    this.#fillSlot(this.#length);
    this.#length += length;
    this.#size++;
  }

  #compact(): void {
    const bytes = new Uint8Array(this.#bytes.length);
    let length = 0;
    for (let at = 0; at < this.#length; at += this.#lengthAt(at)) {
      if (!this.#isAlive(at)) continue;
      bytes.set(this.#bytes.subarray(at, at + this.#lengthAt(at)), length);
      length += this.#lengthAt(at);
    }
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#length = length;
    this.#takenBytes = 0;
    this.#reindex(this.#size);
  }

  #makeSlots(expected: number): void {
    let slots = FIRST_SLOTS;
    while (slots * FILL <= expected * 1.25) slots *= 2;
    this.#slots = new Int32Array(slots);
    this.#filled = 0;
  }

  #reindex(expected: number): void {
    this.#makeSlots(expected);
    for (let at = 0; at < this.#length; at += this.#lengthAt(at)) if (this.#isAlive(at)) this.#fillSlot(at);
  }

  #fillSlot(at: number): void {
    const mask = this.#slots.length - 1;
    readHash(this.#bytes, at + HEAD_BYTES);
    let slot = (hashed.hash >>> 8) & mask;
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = at + 1;
    this.#filled++;
  }

  /** Slot of the record of that id; −1: there is none. */
  #slotOf(id: string): number {
    const mask = this.#slots.length - 1;
    for (let slot = slotHash(id) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const at = this.#slots[slot]! - 1;
      if (at >= 0 && new ByteReader(this.#bytes, at + HEAD_BYTES).isText(id, ID_BASE)) return slot;
    }
    return -1;
  }
}

/** The records of a page's {@link PackedPage.copy}. */
export function* recordsIn(bytes: Uint8Array): Generator<PackedRecord> {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const head = view.getUint32(at);
    const end = at + (head & ~TAKEN);
    if (head < TAKEN) yield recordAt(bytes, view, at, end);
    at = end;
  }
}

function recordAt(bytes: Uint8Array, view: DataView, at: number, end: number): PackedRecord {
  const reader = new ByteReader(bytes, at + HEAD_BYTES);
  const id = reader.text(ID_BASE);
  return { id, lastAt: view.getFloat64(at + 4), body: bytes.subarray(reader.position, end) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a. */
export function hashOf(id: string): number {
  let hash = FNV_START;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** By length: the hash of so much of {@link ID_BASE}. */
const BASE_HASHES = Array.from({ length: ID_BASE_LENGTH + 1 }, (_, length) =>
  hashOf(ID_BASE.slice(0, length)),
);

/** What {@link readHash} found last: there may be millions to read. */
const hashed = { hash: 0, end: 0, isContact: false };

/** The hash of the id that stands at a place, without the id being made, and where it ends. */
function readHash(bytes: Uint8Array, at: number): void {
  const shared = bytes[at]!;
  const length = bytes[at + 1]!;
  const end = at + 2 + length;
  let hash = BASE_HASHES[shared] ?? 0;
  let isPlain = shared <= ID_BASE_LENGTH && length < 0x80;
  for (let i = at + 2; isPlain && i < end; i++) {
    const code = bytes[i]!;
    if (code >= 0x80) isPlain = false;
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  hashed.hash = hash >>> 0;
  hashed.end = end;
  hashed.isContact = shared === ID_BASE_LENGTH;
  if (isPlain) return;
  const reader = new ByteReader(bytes, at);
  hashed.hash = hashOf(reader.text(ID_BASE));
  hashed.end = reader.position;
}

/** The lowest byte of the hash is the page's, the same for all of its records. */
function slotHash(id: string): number {
  return hashOf(id) >>> 8;
}
