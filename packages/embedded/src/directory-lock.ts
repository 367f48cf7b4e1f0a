import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

import type { RootDatabase } from 'lmdb';

const SOCKET_NAME = 'in-use.sock';
const PID_NAME = 'in-use.pid';
/** Socket addresses are short (108 bytes on Linux); a directory's path need not be. */
const PROC_FD = '/proc/self/fd';

/** Directories open in this process: LMDB shares an environment within a process, the socket comes too late then. */
const openHere = new Set<string>();

export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Refuses a directory that this very process has open. Call it before opening LMDB, and `leave` when that fails. */
export function enter(directory: string): void {
  if (openHere.has(directory)) throw inUse(directory, process.pid);
  openHere.add(directory);
}

export function leave(directory: string): void {
  openHere.delete(directory);
}

/**
 * Refuses a directory that a living process has. To be asked before LMDB is opened, which waits for the write lock: a
 * process that is stopped may hold it for ever.
 *
 * @throws {DirectoryInUseError}
 */
export async function refuseIfInUse(directory: string): Promise<void> {
  const place = socketPlace(directory);
  try {
    if (await answers(place.path)) throw inUse(directory, recordedPid(directory));
  } finally {
    place.close();
  }
}

/**
 * Makes this process the only one on `directory`, until {@link DirectoryLock.release} or its death, whatever the cause:
 * the kernel closes the listening socket with the process, and a socket nobody listens on is free to be replaced.
 * A socket rather than a recorded process id, because it also tells the truth between containers that share a volume
 * and count their processes apart. LMDB's write lock (which dies with its holder too) makes look and take one step.
 *
 * @throws {DirectoryInUseError} when another process has it.
 */
export async function lockDirectory(directory: string, root: RootDatabase): Promise<DirectoryLock> {
  const place = socketPlace(directory);
  try {
    const server = await root.transactionSync(async () => {
      await refuseIfInUse(directory);
      rmSync(place.path, { force: true });
      const listening = await listen(place.path);
      writeFileSync(join(directory, PID_NAME), `${process.pid}\n`);
      return listening;
    });
    return {
      async release() {
        await new Promise<void>((resolve) => server.close(() => resolve()));
        place.close();
      },
    };
  } catch (error) {
    place.close();
    throw error;
  }
}

/** For the refusal's sentence only. */
function recordedPid(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, PID_NAME), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function inUse(directory: string, pid: number | string | undefined): DirectoryInUseError {
  return new DirectoryInUseError(
    `data directory ${directory} is in use by process ${pid ?? 'unknown'}: stop it, or give this one another directory`,
  );
}

function socketPlace(directory: string): { readonly path: string; close(): void } {
  if (!existsSync(PROC_FD)) return { path: join(directory, SOCKET_NAME), close: () => undefined };
  const descriptor = openSync(directory, 'r');
  return { path: `${PROC_FD}/${descriptor}/${SOCKET_NAME}`, close: () => closeSync(descriptor) };
}

/** False only when certainly nobody listens; a stopped process still has its socket. */
async function answers(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED');
    });
  });
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(`the data directory cannot hold a socket (${cause.message}): use a local file system`),
      ),
    );
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}
