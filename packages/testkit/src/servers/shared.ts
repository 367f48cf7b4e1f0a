/**
 * One Kafka and one Redis for a whole run of the tests, started when a first test asks. They belong to the process that
 * runs the tests' workers (`global-setup.ts`); a worker asks it over HTTP. Use names of your own (`uniqueName`) on
 * them, and start your own server where a test stops or kills one.
 */
import { randomBytes } from 'node:crypto';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the run's shared servers are asked for. */
    readonly sharedServersUrl: string;
  }
}

/** The run's Kafka. Only in tests of the vitest project `servers`. */
export async function sharedKafka(): Promise<{ readonly brokers: readonly string[] }> {
  return { brokers: (await ask('kafka')).split(',') };
}

/** The run's Redis (with an append-only file). Only in tests of the vitest project `servers`. */
export async function sharedRedis(): Promise<{ readonly url: string }> {
  return { url: await ask('redis') };
}

/** A name that no other test has: for topics, groups and key prefixes on shared servers. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

async function ask(server: 'kafka' | 'redis'): Promise<string> {
  const { inject } = await import('vitest');
  const url = inject('sharedServersUrl');
  if (url === undefined) {
    throw new Error(
      `the shared ${server} is only there in vitest's project "servers": name the file *.${server}.test.ts`,
    );
  }
  const answer = await fetch(new URL(server, url));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
