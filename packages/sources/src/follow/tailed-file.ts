import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { LineSplitter, type WholeLine } from './lines.ts';

/** Where reading stopped: behind a whole line, in a file known by inode and by what stands before that place. */
export interface FilePosition {
  readonly inode: string;
  /** Bytes of whole lines read. */
  readonly offset: number;
  /** Hash of the bytes right before `offset`: the inode alone may have been given to another file. */
  readonly fingerprint: string;
}

const CHUNK_BYTES = 65_536;
const FINGERPRINT_BYTES = 256;

/** An open file read forward in whole lines; it stays readable through its handle when it is renamed or removed. */
export class TailedFile {
  readonly path: string;
  readonly inode: string;
  readonly #handle: FileHandle;
  readonly #splitter = new LineSplitter();
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #readOffset: number;
  #fingerprint: string;
  /** Time of the last change after which the file was seen to be still the same. */
  #verifiedNs: bigint | undefined;

  private constructor(path: string, handle: FileHandle, inode: string, offset: number, fingerprint: string) {
    this.path = path;
    this.inode = inode;
    this.#handle = handle;
    this.#readOffset = offset;
    this.#fingerprint = fingerprint;
  }

  /** Opens the file to be read from `offset` on, which must be the begin of a line. Rejects as `fs.open` does. */
  static async open(path: string, offset = 0): Promise<TailedFile> {
    const handle = await open(path, 'r');
    try {
      const { ino } = await handle.stat({ bigint: true });
      return new TailedFile(path, handle, String(ino), offset, await fingerprintOf(handle, offset));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get hasHalfLine(): boolean {
    return this.#splitter.pendingBytes > 0;
  }

  get position(): FilePosition {
    return { inode: this.inode, offset: this.#offset, fingerprint: this.#fingerprint };
  }

  /** The next whole lines, at most a chunk of them; empty while a line is not whole; `undefined` at the end. */
  async read(): Promise<WholeLine[] | undefined> {
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK_BYTES, this.#readOffset);
    if (bytesRead === 0) return undefined;
    this.#readOffset += bytesRead;
    const lines = this.#splitter.push(this.#buffer.subarray(0, bytesRead));
    if (lines.length > 0) this.#fingerprint = await fingerprintOf(this.#handle, this.#offset);
    return lines;
  }

  /** Is it no longer the file that was read so far: cut, or cut and written anew? */
  async isRewritten(): Promise<boolean> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    if (size < this.#readOffset) return true;
    if (mtimeNs === this.#verifiedNs) return false;
    if (!(await holds(this.#handle, this.position))) return true;
    this.#verifiedNs = mtimeNs;
    return false;
  }

  /** Back to the begin. */
  restart(): void {
    this.#splitter.dropRest();
    this.#readOffset = 0;
    this.#fingerprint = '';
    this.#verifiedNs = undefined;
  }

  /** Gives up the half line at the end, and tells how many bytes it had. */
  dropHalfLine(): number {
    return this.#splitter.dropRest();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  get #offset(): number {
    return this.#readOffset - this.#splitter.pendingBytes;
  }
}

/** Does the file at this path hold, before `position.offset`, what was read there? False when it can't be opened. */
export async function holdsPosition(path: string, position: FilePosition): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return false;
  }
  try {
    return await holds(handle, position);
  } finally {
    await handle.close();
  }
}

async function holds(handle: FileHandle, { offset, fingerprint }: FilePosition): Promise<boolean> {
  const { size } = await handle.stat();
  return size >= offset && (await fingerprintOf(handle, offset)) === fingerprint;
}

async function fingerprintOf(handle: FileHandle, offset: number): Promise<string> {
  const length = Math.min(offset, FINGERPRINT_BYTES);
  if (length === 0) return '';
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, offset - length);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
