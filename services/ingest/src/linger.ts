import type { Readable } from 'node:stream';

import { REFUSED_LINGER_BYTES, REFUSED_LINGER_MS } from './limits.ts';

/**
 * Reads on and throws away what a client still writes of a request that is refused: a connection that is closed with
 * bytes unread is reset, and the client would see that instead of the refusal. Answers whether all of it was read;
 * gives up after {@link REFUSED_LINGER_BYTES} or {@link REFUSED_LINGER_MS}, whichever comes first.
 */
export async function linger(
  request: Readable,
  { bytes = REFUSED_LINGER_BYTES, ms = REFUSED_LINGER_MS } = {},
): Promise<boolean> {
  if (request.readableEnded) return true;
  if (request.destroyed) return false;
  return await new Promise<boolean>((resolve) => {
    let left = bytes;
    const onData = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) settle(false);
    };
    const onEnd = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = setTimeout(() => settle(false), ms);
    const settle = (isAll: boolean): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      if (!isAll) request.pause();
      resolve(isAll);
    };
    request.on('data', onData).once('end', onEnd).once('close', onClose).once('error', onClose);
    request.resume();
  });
}
