import { stat } from 'node:fs/promises';
import type { AccessSettings } from '@vigie/contracts';
import type { Access } from './access.ts';
import { ACCESS_LIMITS } from './limits.ts';

/**
 * Looks whether the configuration file has changed, and puts the keys that it now names in force: a key is revoked by
 * taking it out. Nothing else of the file is looked at. A file that is refused, or has no `access` any more, changes
 * nothing: what was closed stays closed. Answers the end of it.
 */
export function watchAccess(
  file: string,
  access: Access,
  reread: () => Promise<AccessSettings | undefined>,
): () => void {
  let seen: string | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const now = await stat(file).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      (error: NodeJS.ErrnoException) => `unreadable: ${error.code}`,
    );
    const isFirst = seen === undefined;
    if (now === seen) return;
    seen = now;
    if (isFirst) return;
    try {
      const settings = await reread();
      if (settings === undefined) throw new Error('the section access is gone: only a restart opens it');
      access.replaceKeys(settings);
    } catch (error) {
      access.refuseReload(error);
    }
  };
  const lookOnce = (): void => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  };
  lookOnce();
  const timer = setInterval(lookOnce, ACCESS_LIMITS.reloadEveryMs).unref();
  return () => clearInterval(timer);
}
