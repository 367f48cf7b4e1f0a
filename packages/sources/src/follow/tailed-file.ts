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
const NEWLINE = 0x0a;

/** An open file read forward in whole lines; it stays readable through its handle when it is renamed or removed. */
export class TailedFile {
  readonly path: string;
  readonly inode: string;
  readonly #handle: FileHandle;
  readonly #splitter = new LineSplitter();
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #readOffset: number;
  #fingerprint: string;
  /** The last bytes before `#readOffset`, as they were when they were read. */
  #before: Buffer;
  /** Time of the last change after which the file was seen to be still the same. */
  #verifiedNs: bigint | undefined;

  private constructor(path: string, handle: FileHandle, at: FilePosition, before: Buffer) {
    this.path = path;
    this.inode = at.inode;
    this.#handle = handle;
    this.#readOffset = at.offset;
    this.#fingerprint = at.fingerprint;
    this.#before = before;
  }

  /** Opens a file to be read from its begin, or from where an earlier reader stopped. Rejects as `fs.open` does. */
  static async open(path: string, from?: Omit<FilePosition, 'inode'>): Promise<TailedFile> {
    const handle = await open(path, 'r');
    try {
      const { ino } = await handle.stat({ bigint: true });
      const { offset, fingerprint } = from ?? { offset: 0, fingerprint: '' };
      const before = await bytesBefore(handle, offset);
      return new TailedFile(path, handle, { inode: String(ino), offset, fingerprint }, before);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get hasHalfLine(): boolean {
    return this.#splitter.pendingBytes > 0;
  }

  get position(): FilePosition {
    const offset = this.#readOffset - this.#splitter.pendingBytes;
    return { inode: this.inode, offset, fingerprint: this.#fingerprint };
  }

  /**
   * The next whole lines, at most a chunk of them, none while a line is not whole; or that the end is reached; or that
   * this is no longer the file that was read so far, having been cut, or cut and written anew.
   */
  async read(): Promise<WholeLine[] | 'end' | 'rewritten'> {
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK_BYTES, this.#readOffset);
    // Looked at after reading: what was read belongs to the file as it is known, or is not used.
    if (await this.#isRewritten(bytesRead > 0)) return 'rewritten';
    if (bytesRead === 0) return 'end';
    const chunk = this.#buffer.subarray(0, bytesRead);
    const lines = this.#splitter.push(chunk);
    this.#readOffset += bytesRead;
    const known = Buffer.concat([this.#before, chunk]);
    if (lines.length > 0) {
      this.#fingerprint = hashOf(
        known.subarray(0, known.lastIndexOf(NEWLINE) + 1).subarray(-FINGERPRINT_BYTES),
      );
    }
    this.#before = Buffer.from(known.subarray(-FINGERPRINT_BYTES));
    return lines;
  }

  /** Back to the begin. */
  restart(): void {
    this.#splitter.dropRest();
    this.#readOffset = 0;
    this.#fingerprint = '';
    this.#before = Buffer.alloc(0);
    this.#verifiedNs = undefined;
  }

  /** Gives up the half line at the end, and tells how many bytes it had. */
  dropHalfLine(): number {
    return this.#splitter.dropRest();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #isRewritten(hasGrown: boolean): Promise<boolean> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    if (size < this.#readOffset) return true;
    if (!hasGrown && mtimeNs === this.#verifiedNs) return false;
    if (!(await holds(this.#handle, this.position))) return true;
    this.#verifiedNs = mtimeNs;
    return false;
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
  return size >= offset && hashOf(await bytesBefore(handle, offset)) === fingerprint;
}

async function bytesBefore(handle: FileHandle, offset: number): Promise<Buffer> {
  const length = Math.min(offset, FINGERPRINT_BYTES);
  const bytes = Buffer.alloc(length);
  if (length > 0) await handle.read(bytes, 0, length, offset - length);
  return bytes;
}

function hashOf(bytes: Buffer): string {
  return bytes.length === 0 ? '' : createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
