import { pack, unpack } from 'msgpackr';

/**
 * Format of every blob of a checkpoint: its first byte. One of an older format is rebuilt from the log, which is the
 * truth; one of a newer format is left to the version that wrote it.
 */
export const CHECKPOINT_FORMAT = 4;

/** A checkpoint that cannot be read: of an older format, damaged, or in parts. The partition is rebuilt from the log. */
export class CheckpointFormatError extends Error {
  override readonly name: string = 'CheckpointFormatError';
}

/** A checkpoint that a newer version of Vigie wrote: whoever reads it refuses, and must not replace it. */
export class CheckpointNewerError extends CheckpointFormatError {
  override readonly name: string = 'CheckpointNewerError';
}

const HEADER_BYTES = 5;

/** Eight tables of 256: the remainder of a byte, and of a byte followed by one to seven others. */
const crcTables = ((): Uint32Array => {
  const tables = new Uint32Array(2048);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    tables[n] = c;
  }
  for (let n = 256; n < 2048; n++) tables[n] = (tables[n - 256]! >>> 8) ^ tables[tables[n - 256]! & 0xff]!;
  return tables;
})();

/** CRC-32 (IEEE 802.3), eight bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  const tables = crcTables;
  let crc = -1;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      tables[1792 + (crc & 0xff)]! ^
      tables[1536 + ((crc >>> 8) & 0xff)]! ^
      tables[1280 + ((crc >>> 16) & 0xff)]! ^
      tables[1024 + (crc >>> 24)]! ^
      tables[768 + bytes[i + 4]!]! ^
      tables[512 + bytes[i + 5]!]! ^
      tables[256 + bytes[i + 6]!]! ^
      tables[bytes[i + 7]!]!;
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
  const format = blob[0] ?? 0;
  const body = blob.subarray(HEADER_BYTES);
  // The same place in every format, so that a damaged blob is not taken for one from the future.
  if (crc32(body) !== new DataView(blob.buffer, blob.byteOffset).getUint32(1)) {
    throw new CheckpointFormatError('the checksum of a checkpoint blob does not match: it is damaged');
  }
  if (format > CHECKPOINT_FORMAT) {
    throw new CheckpointNewerError(
      `the checkpoint has format ${format}, this version reads up to ${CHECKPOINT_FORMAT}: a newer version of Vigie wrote it; run that one, or delete the checkpoint to have it rebuilt`,
    );
  }
  if (format !== CHECKPOINT_FORMAT) {
    throw new CheckpointFormatError(
      `the checkpoint has format ${format}, this version reads ${CHECKPOINT_FORMAT}`,
    );
  }
  return unpack(body);
}
