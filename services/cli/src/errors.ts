/** The command was asked for wrongly: exit status 2. The message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for could not be done: exit status 1. The message is one sentence, or several lines of one each. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory, not a file',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
};

/** An error of the file system as a sentence about the file; anything else as it is. */
export function fileFailure(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  return new FailedError(`${file} ${FILE_ERRORS[code] ?? `cannot be read: ${code}`}`);
}
