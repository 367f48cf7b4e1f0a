import { tmpdir } from 'node:os';

import { expect, it } from 'vitest';

import { Disk, DiskError } from './disk.ts';

/** As LMDB rejects a commit. */
function commitFailed(reason: string): Error {
  const commitError = Promise.reject(new Error(reason));
  return Object.assign(new Error('Commit failed (see commitError for details)'), { commitError });
}

function diskAt(now: () => number): { readonly disk: Disk; readonly lost: Error[] } {
  const lost: Error[] = [];
  return { disk: new Disk(tmpdir(), (error) => lost.push(error), now), lost };
}
const failing = async (): Promise<never> => {
  throw commitFailed('Input/output error');
};

it('says which directory cannot be written, and why', async () => {
  const { disk } = diskAt(() => 0);
  await expect(disk.write(failing)).rejects.toThrow(DiskError);
  await expect(disk.write(failing)).rejects.toThrow(
    `${tmpdir()} cannot be written: the disk fails (Input/output error)`,
  );
});

it('gives up what has failed for ten seconds without a success, and says so once', async () => {
  let now = 0;
  const { disk, lost } = diskAt(() => now);
  const failAt = async (at: number): Promise<void> => {
    now = at;
    await disk.write(failing).catch(() => undefined);
  };
  await failAt(0);
  await failAt(9_000);
  now = 9_500;
  expect(await disk.write(async () => 'written')).toBe('written');
  await failAt(10_000);
  await failAt(19_999);
  expect(lost).toEqual([]);
  await failAt(20_000);
  await failAt(30_000);
  expect(lost.map(({ message }) => message)).toEqual([
    `${tmpdir()}: no write has succeeded for 10 s: the disk fails (Input/output error)`,
  ]);
});

it('lets a refusal of our own through as it is', async () => {
  const { disk, lost } = diskAt(() => 1e9);
  const refusal = new RangeError('seq 3 of epoch 2: expected 2');
  await expect(disk.write(async () => await Promise.reject(refusal))).rejects.toBe(refusal);
  expect(lost).toEqual([]);
});
