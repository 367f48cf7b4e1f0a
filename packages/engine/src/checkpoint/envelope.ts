import { pack, unpack } from 'msgpackr';

/** Format of every blob of a checkpoint. A reader refuses any other: the log is the truth, a rebuild is possible. */
export const CHECKPOINT_FORMAT = 1;

/** A blob that cannot be read: another format, or damaged. The partition is rebuilt from the log. */
export class CheckpointFormatError extends Error {
  override readonly name = 'CheckpointFormatError';
}

const HEADER_BYTES = 5;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** CRC-32 (IEEE 802.3). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
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
