/**
 * Nothing that a test started outlives the test process, not even when that process is killed: one small shell, the
 * guardian, reads from a pipe which processes live. The pipe closes with this process, however it ends; the guardian
 * then kills what is left by its id and removes the temporary directory.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = `
while read -r verb pid; do
  case "$verb" in
    +) pids="$pids $pid" ;;
    -) kept=; for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done; pids=$kept ;;
  esac
done
for p in $pids; do kill -KILL "$p" 2>/dev/null; done
rm -rf -- "$1"`;

interface Guardian {
  readonly shell: ChildProcess;
  readonly directory: string;
}
let guardian: Guardian | undefined;

function theGuardian(): Guardian {
  if (guardian === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
    // its own session: Ctrl-C at the terminal must not end it before it has cleaned up
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'guardian', directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    shell.unref();
    shell.stdin?.on('error', () => undefined);
    (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    guardian = { shell, directory };
  }
  return guardian;
}

/** Kills `pid` when this process ends, unless {@link released} was called before. */
export function guard(pid: number): void {
  theGuardian().shell.stdin?.write(`+ ${pid}\n`);
}

/** The process has ended: its id may be anybody's now. */
export function released(pid: number): void {
  theGuardian().shell.stdin?.write(`- ${pid}\n`);
}

/** A new empty directory that goes when this process ends, at the latest. */
export async function temporaryDirectory(name: string): Promise<string> {
  return await mkdtemp(join(theGuardian().directory, `${name}-`));
}
