/** Where a command reads from and writes to; tests give another. */
export interface Terminal {
  /** Standard output. Resolves when it may be written to again. */
  out(text: string): Promise<void>;
  /** Standard error: what a person is told. */
  err(text: string): void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Does somebody watch standard error? Then progress is shown there. */
  readonly watched: boolean;
}

/** The terminal of this process. A reader who has seen enough (`| head`) ends the command quietly. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: async (text) => {
      if (!process.stdout.write(text))
        await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    },
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    watched: process.stderr.isTTY,
  };
}

/** Text from outside as it may be shown: control characters would move the cursor or worse. */
export function shown(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not get through
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}
