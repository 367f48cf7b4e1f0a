import { rm } from 'node:fs/promises';

import { temporaryDirectory } from '@vigie/testkit';
import {
  checkpointStoreConformance,
  eventLogConformance,
  liveFeedConformance,
} from '@vigie/testkit/conformance';

import { type Embedded, openEmbedded } from './open.ts';

/** One process has one handle: every `open` gives the same. */
async function setUp(): Promise<{ embedded: Embedded; close: () => Promise<void> }> {
  const directory = await temporaryDirectory('embedded');
  const embedded = await openEmbedded(directory, {
    retentionMs: 86_400_000,
    maxLogBytes: 1024 ** 3,
    maxDeadLetters: 100,
  });
  return {
    embedded,
    close: async () => {
      await embedded.close();
      await rm(directory, { recursive: true });
    },
  };
}

eventLogConformance('LMDB', async () => {
  const { embedded, close } = await setUp();
  const deadLetters = async () => embedded.log.deadLetters(100);
  const reports = async () => new Map(embedded.log.reports(100).map(({ key, value }) => [key, value]));
  return { open: async () => embedded.log, deadLetters, reports, close };
});

checkpointStoreConformance('LMDB', async () => {
  const { embedded, close } = await setUp();
  return { open: async () => embedded.checkpoints, close };
});

liveFeedConformance('in process', async () => {
  const { embedded, close } = await setUp();
  return { open: async () => embedded.feed, close };
});
