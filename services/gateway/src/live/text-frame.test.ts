import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { textFrame } from './text-frame.ts';

/** Exported, but not in its types. */
const { Receiver } = ws as unknown as { readonly Receiver: new (options: object) => Writable };

/** What a receiver that knows nothing of ours reads from the bytes. */
async function received(bytes: Buffer): Promise<string> {
  const receiver = new Receiver({ isServer: false });
  return await new Promise((done, fail) => {
    receiver.on('message', (data: Buffer) => done(data.toString()));
    receiver.on('error', fail);
    receiver.write(bytes);
  });
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
  'a text of %i bytes is read as it was written',
  async (length) => {
    const text = 'x'.repeat(length);
    expect(await received(textFrame(text))).toBe(text);
  },
);

test('characters of several bytes are counted in bytes', async () => {
  const text = 'Débordé ☎️'.repeat(20);
  expect(await received(textFrame(text))).toBe(text);
});
