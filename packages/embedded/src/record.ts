import type { LogRecord } from '@vigie/engine';

/** Stored form of a record: version (1 byte), time of the append (8, ms), length of the key (2), key, value. */
const VERSION = 1;
const HEADER_BYTES = 11;
const MAX_KEY_BYTES = 0xffff;

export interface StoredRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly appendedAtMs: number;
}

export function encodeRecord(record: StoredRecord): Buffer {
  const keyBytes = Buffer.byteLength(record.key);
  if (keyBytes > MAX_KEY_BYTES)
    throw new RangeError(`key: ${keyBytes} bytes; at most ${MAX_KEY_BYTES} expected`);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + keyBytes + record.value.byteLength);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeDoubleBE(record.appendedAtMs, 1);
  bytes.writeUInt16BE(keyBytes, 9);
  bytes.write(record.key, HEADER_BYTES, 'utf8');
  bytes.set(record.value, HEADER_BYTES + keyBytes);
  return bytes;
}

/** `bytes` must stay unchanged as long as the record is used: key and value are views of it. */
export function decodeRecord(offset: number, bytes: Buffer): LogRecord {
  const version = bytes.readUInt8(0);
  if (version !== VERSION) {
    throw new Error(
      `record at offset ${offset}: stored in format ${version}; this version reads format ${VERSION}`,
    );
  }
  const valueAt = HEADER_BYTES + bytes.readUInt16BE(9);
  return {
    offset: BigInt(offset),
    key: bytes.toString('utf8', HEADER_BYTES, valueAt),
    value: bytes.subarray(valueAt),
  };
}

export function appendedAtMs(bytes: Buffer): number {
  return bytes.readDoubleBE(1);
}
