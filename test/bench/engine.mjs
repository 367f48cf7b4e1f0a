/** Costs of the engine alone, in this process, in units of P (see `unit.mjs`). */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { makeCommit, restoreCheckpoint } from '@vigie/engine';

import { multiplied } from './many-calls.mjs';
import { newProcessor, QUEUES, recordsOf, RETAINED_CALLS, SPREADS } from './retained.mjs';
import { chunks, eventsInOrder, recordOf } from './traffic.mjs';
import { measureUnitUs } from './unit.mjs';

const EVENTS = 60_000;
const EVENTS_A_RECORD = 20;
const PAGES = 256;
/** A checkpoint over the longer time is restored with so many times its calls and agents as well. */
const TIMES = 10;
const TICK_EVERY_RECORDS = 20;
const COMMIT_EVERY_RECORDS = 250n;
/** Closed calls are packed two minutes after they were last touched, in sweeps ten seconds apart. */
const COOLED_MS = 10 * 60_000;
const SWEEP_MS = 10_001;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function engine({ rounds, scale, say }) {
  const apply = applying(rounds, scale, say);
  const figures = [...apply];
  // once: before the second spread the first may not have been collected yet, and would count as a baseline
  const before = usedBytes();
  for (const [index, spread] of SPREADS.entries()) {
    const calls = Math.floor(RETAINED_CALLS * scale);
    say(`${calls} calls ${spread.name}`);
    const { figures: retained, stored, nowMs } = retaining(spread, calls, rounds, before);
    figures.push(...retained);
    if (index > 0) continue;
    say(`${calls * TIMES} calls ${spread.name}`);
    const many = multiplied(stored, TIMES, () => newProcessor(nowMs));
    const at = `${calls * TIMES} calls ${spread.name}`;
    figures.push(...restoring({ stored: many, nowMs, calls: calls * TIMES, at, goalMs: 2000 }, rounds));
  }
  return { figures };
}

/** Events in order, the clock moving with them as it does live. */
function applying(rounds, scale, say) {
  const spanMs = 15 * 60_000;
  const startMs = Date.now() - spanMs;
  const events = eventsInOrder({ queues: QUEUES, startMs, spanMs }, Math.floor(EVENTS * scale));
  const records = [...chunks(events, EVENTS_A_RECORD)].map((some, index) => ({
    offset: BigInt(index),
    key: 'default',
    value: recordOf(some),
    atMs: some.at(-1).atMs,
  }));
  const ratios = [];
  const costs = [];
  for (let round = 0; round <= rounds; round++) {
    const unitUs = measureUnitUs();
    const processor = newProcessor(startMs);
    collect();
    const before = process.cpuUsage();
    records.forEach((record, index) => {
      processor.applyRecord(record);
      if (index % TICK_EVERY_RECORDS === 0) processor.advance(record.atMs);
    });
    const { user, system } = process.cpuUsage(before);
    const costUs = (user + system) / events.length;
    // the first round is for the compiler
    if (round === 0) continue;
    say(`round ${round}: ${costUs.toFixed(1)} µs an event, P ${unitUs.toFixed(2)} µs`);
    ratios.push(costUs / ((unitUs + measureUnitUs()) / 2));
    costs.push(costUs);
  }
  return [
    { name: 'apply an event / P', rounds: ratios, unit: 'ratio' },
    { name: 'apply an event', rounds: costs, unit: 'µs CPU' },
  ];
}

function usedBytes() {
  // what a first collection finalises, a second one frees
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function retaining({ name, spanMs }, contacts, rounds, before) {
  const nowMs = Date.now();
  const processor = newProcessor(nowMs);
  let offset = 0n;
  for (const value of recordsOf({ contacts, nowMs, spanMs })) {
    processor.applyRecord({ offset: offset++, key: 'default', value });
    // what no checkpoint has told yet is not packed
    if (offset % COMMIT_EVERY_RECORDS === 0n) makeCommit(processor, 0);
  }
  makeCommit(processor, 0);
  const hot = (usedBytes() - before) / contacts;
  for (let at = nowMs; at < nowMs + COOLED_MS; at += SWEEP_MS) processor.advance(at);
  const cold = (usedBytes() - before) / contacts;
  const packed = processor.centre('default').facts.entities.packedBytes / contacts;
  const pages = new Map();
  let head;
  const deltas = [];
  const commits = [];
  for (let seq = 1; seq <= PAGES * 2; seq++) {
    const began = performance.now();
    const commit = makeCommit(processor, seq);
    // the first round packs what was never written
    if (seq > PAGES) commits.push(performance.now() - began);
    pages.set(commit.page.index, commit.page.bytes);
    head = commit.head;
    if (seq > PAGES) deltas.push({ seq, bytes: commit.delta });
  }
  const stored = [...pages.values()].reduce((sum, { length }) => sum + length, 0) / contacts;
  const at = (what) => `${what} (${contacts} calls ${name})`;
  const checkpoint = { head, pages, deltas };
  const restoredAt = nowMs + COOLED_MS;
  const told = { stored: checkpoint, nowMs: restoredAt, calls: contacts, goalMs: 1000 };
  const figures = [
    { name: at('memory a call, hot'), rounds: [hot], unit: 'bytes' },
    { name: at('memory a call, packed'), rounds: [cold], unit: 'bytes', goal: { atMost: 2000 } },
    { name: at('packed call, agents and index'), rounds: [packed], unit: 'bytes', goal: { atMost: 300 } },
    { name: at('checkpoint pages a call'), rounds: [stored], unit: 'bytes' },
    { name: at('commit without changes'), rounds: commits, unit: 'ms' },
    ...restoring({ ...told, at: `${contacts} calls ${name}` }, rounds),
  ];
  return { figures, stored: checkpoint, nowMs: restoredAt };
}

/** CPU until a checkpoint is a state again: other work on the machine does not count. */
function restoring({ stored, nowMs, calls, at, goalMs }, rounds) {
  const ratios = [];
  const costs = [];
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const unitUs = measureUnitUs();
    const restored = newProcessor(nowMs);
    collect();
    const before = process.cpuUsage();
    const began = performance.now();
    restoreCheckpoint(restored, stored);
    times.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1000);
    ratios.push((user + system) / calls / unitUs);
  }
  return [
    { name: `restore a call / P (${at})`, rounds: ratios, unit: 'ratio' },
    { name: `restore (${at})`, rounds: times, unit: 'ms', goal: { atMost: goalMs } },
    { name: `restore (${at})`, rounds: costs, unit: 'ms CPU' },
  ];
}
