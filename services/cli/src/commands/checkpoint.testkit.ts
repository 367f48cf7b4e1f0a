import { checkConfiguration } from '@vigie/contracts';
import { openEmbedded } from '@vigie/embedded';
import { makeCommit, partitionKeepingAll, type CheckpointStore } from '@vigie/engine';

/** Leaves a checkpoint of partition 0: one call that was answered, another that waits. */
export async function leaveCheckpoint(checkpoints: CheckpointStore, url: string): Promise<void> {
  const checked = checkConfiguration({});
  if (!checked.ok) throw new Error('the empty configuration is right');
  const processor = partitionKeepingAll(0, checked.configuration);
  processor.advance(Date.parse('2026-11-23T09:00:10Z'));
  const event = (id: string, type: string, contact: string) => ({
    specversion: '1.0',
    id,
    source: 'test://acd',
    type: `vigie.contact.${type}`,
    time: '2026-11-23T09:00:00Z',
    data: {
      contact: { id: contact, segmentId: `${contact}/1` },
      queue: { id: 'sales' },
      ...(type === 'answered' ? { agent: { id: 'ada' } } : {}),
    },
  });
  const lines = [event('1', 'queued', 'a'), event('2', 'answered', 'a'), event('3', 'queued', 'b')];
  const value = new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'));
  processor.applyRecord({ offset: 41n, key: 'default', value });
  const epoch = await checkpoints.acquire(0, { url });
  await checkpoints.commit(0, epoch, makeCommit(processor, 1));
}

/** The same in a data directory. */
export async function leaveCheckpointIn(directory: string): Promise<void> {
  const embedded = await openEmbedded(directory, { retentionMs: 1e12, maxLogBytes: 1e9, maxDeadLetters: 1 });
  await leaveCheckpoint(embedded.checkpoints, 'http://127.0.0.1:8080');
  await embedded.close();
}
