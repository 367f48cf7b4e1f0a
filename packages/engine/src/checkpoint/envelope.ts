import { pack, unpack } from 'msgpackr';

/** Format of every blob of a checkpoint. A reader refuses any other: the log is the truth, a rebuild is possible. */
export const CHECKPOINT_FORMAT = 3;

/** A blob that cannot be read: another format, or damaged. The partition is rebuilt from the log. */
export class CheckpointFormatError extends Error {
  override readonly name = 'CheckpointFormatError';
}

const HEADER_BYTES = 5;

/** Four tables of 256: the remainder of a byte, and of a byte followed by one, two and three others. */
const crcTables = ((): Uint32Array => {
  const tables = new Uint32Array(1024);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    tables[n] = c;
  }
  for (let n = 256; n < 1024; n++) tables[n] = (tables[n - 256]! >>> 8) ^ tables[tables[n - 256]! & 0xff]!;
  return tables;
})();

/** CRC-32 (IEEE 802.3), four bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  const tables = crcTables;
  let crc = -1;
  let i = 0;
  for (const end = bytes.length - 3; i < end; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      tables[768 + (crc & 0xff)]! ^
      tables[512 + ((crc >>> 8) & 0xff)]! ^
      tables[256 + ((crc >>> 16) & 0xff)]! ^
      tables[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ -1) >>> 0;
}

/** A value as a blob: format version, CRC of what follows, MessagePack. */
export function seal(value: unknown): Uint8Array {
  const body = pack(value);
  const blob = new Uint8Array(HEADER_BYTES + body.length);
  blob[0] = CHECKPOINT_FORMAT;
  new DataView(blob.buffer).setUint32(1, crc32(body));
  blob.set(body, HEADER_BYTES);
  return blob;
}

/** The value of a sealed blob. Throws {@link CheckpointFormatError} rather than answer something partial. */
export function unseal(blob: Uint8Array): unknown {
  if (blob.length < HEADER_BYTES)
    throw new CheckpointFormatError(`a blob of ${blob.length} bytes is no checkpoint`);
  if (blob[0] !== CHECKPOINT_FORMAT) {
    throw new CheckpointFormatError(
      `checkpoint format is ${blob[0]}, this version reads ${CHECKPOINT_FORMAT}`,
    );
  }
  const body = blob.subarray(HEADER_BYTES);
  if (crc32(body) !== new DataView(blob.buffer, blob.byteOffset).getUint32(1)) {
    throw new CheckpointFormatError('the checksum of a checkpoint blob does not match: it is damaged');
  }
  return unpack(body);
}
