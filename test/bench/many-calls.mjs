/** A checkpoint of many calls, made of one of fewer: to take them all from a log would take minutes. */
import { makeCommit, restoreCheckpoint, seal, unseal } from '@vigie/engine';

import { ByteWriter } from '../../packages/engine/dist/checkpoint/bytes.js';
import { recordsIn, writeRecord } from '../../packages/engine/dist/checkpoint/packed-page.js';
import { pageOf } from '../../packages/engine/dist/processor/entities.js';

const PAGES = 256;

/** @typedef {{ head: Uint8Array, pages: Map<number, Uint8Array>, deltas: { seq: number, bytes: Uint8Array }[] }} Stored */

/**
 * Puts every contact and agent of a checkpoint in `times` as often, under ids of the same length that tell what they told.
 * Queues keep their rows. What windows are filled from is written anew.
 * @param {Stored} stored @param {number} times @param {() => import('@vigie/engine').PartitionProcessor} newProcessor
 * @returns {Stored}
 */
export function multiplied({ head, pages, deltas }, times, newProcessor) {
  const records = Array.from({ length: PAGES }, () => new ByteWriter());
  const blobs = new Map([...pages].map(([index, bytes]) => [index, /** @type {any} */ (unseal(bytes))]));
  for (const { slices } of blobs.values())
    for (const { entities } of slices)
      for (const { id, lastAt, body } of recordsIn(entities))
        for (let copy = 0; copy < times; copy++) {
          const own = renamed(id, copy);
          writeRecord(records[pageOf(own)], own, lastAt, body);
        }
  const larger = new Map();
  for (const [index, { seq, slices }] of blobs) {
    const [slice] = slices;
    larger.set(index, seal({ seq, slices: [{ ...slice, entities: records[index].take() }] }));
  }
  const withoutWindows = seal({ .../** @type {any} */ (unseal(head)), windows: undefined });
  const processor = newProcessor();
  let seq = restoreCheckpoint(processor, { head: withoutWindows, pages: larger, deltas });
  larger.clear();
  const written = new Map();
  const changes = [];
  let last;
  for (let round = 0; round < PAGES; round++) {
    last = makeCommit(processor, ++seq);
    written.set(last.page.index, last.page.bytes);
    changes.push({ seq, bytes: last.delta });
  }
  return { head: last.head, pages: written, deltas: changes };
}

/** Calls and chats of the traffic begin with the second they belong to: another one, of as many digits. */
function renamed(id, copy) {
  return id.startsWith('agent|')
    ? id.replace('agent|agent', `agent|agen${copy}`)
    : id.replace('1732262400', `173226240${copy}`);
}
