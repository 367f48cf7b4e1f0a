import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SourceSetting } from '@vigie/contracts';
import { judgeClock } from './clock.ts';
import { fail, ok, skip, warn, type Finding } from './finding.ts';

const GIB = 1024 ** 3;
const LITTLE_BYTES = GIB;
const TOO_LITTLE_BYTES = GIB / 10;
const TIMEOUT_MS = 5000;

/** Can the data directory be written to, and is there room? */
export async function checkDataDirectory(directory: string): Promise<readonly Finding[]> {
  const check = 'data directory';
  const place = await existing(directory);
  try {
    if (!(await stat(place)).isDirectory()) {
      return [fail(check, `${place} is a file`, 'set dataDirectory to a directory')];
    }
    await access(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [fail(check, `${place} may not be written to (${code})`, 'let the user of Vigie own it')];
  }
  const found = place === directory ? `${directory} can be written to` : `${directory} can be made`;
  const { bavail, bsize } = await statfs(place);
  return [ok(check, found), judgeRoom(bavail * bsize)];
}

/** The directory itself, or the nearest one above that exists. */
async function existing(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : await existing(dirname(path));
}

export function judgeRoom(freeBytes: number): Finding {
  const found = `${(freeBytes / GIB).toFixed(1)} GiB free`;
  const todo = 'make room: a full disk takes no events';
  if (freeBytes < TOO_LITTLE_BYTES) return fail('disk', found, todo);
  return freeBytes < LITTLE_BYTES ? warn('disk', found, todo) : ok('disk', found);
}

/** Can the files that sources are read from be read? */
export async function checkSources(sources: readonly SourceSetting[]): Promise<readonly Finding[]> {
  return await Promise.all(
    sources.map(async (source): Promise<Finding> => {
      const check = `source ${source.name}`;
      if (source.type !== 'asterisk-queue-log') return skip(check, `${source.type}: not looked at`);
      try {
        await access(source.file, constants.R_OK);
        return ok(check, `${source.file} can be read`);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === 'ENOENT'
          ? warn(
              check,
              `${source.file} does not exist`,
              'check the path; the PBX makes it with its first call',
            )
          : fail(check, `${source.file} may not be read (${code})`, 'let the user of Vigie read it');
      }
    }),
  );
}

/** Does a service answer, is it ready, and does its clock agree? One that nobody named may be away. */
export async function checkService(url: string, isNamed: boolean): Promise<readonly Finding[]> {
  const check = `service ${url}`;
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly message?: string } };
    const found = `it cannot be reached (${cause?.message ?? message})`;
    return [
      isNamed ? fail(check, found, 'start it, or check the address') : skip(check, 'nothing runs there'),
    ];
  }
  const body = (await response.text()).slice(0, 300);
  const readiness = response.ok
    ? ok(check, 'it is ready')
    : fail(check, `it is not ready: ${body}`, 'see what is named there; its log says more');
  const date = Date.parse(response.headers.get('date') ?? '');
  // a second is the resolution of that header
  const aheadMs = date + 500 - Date.now();
  return Number.isNaN(date) ? [readiness] : [readiness, judgeClock(`clock of ${url}`, aheadMs)];
}
