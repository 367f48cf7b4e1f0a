/** The cost of explaining one figure of 10,000 contacts, and for how long it holds the event loop at a time. */
import { answer, makeCommit } from '@vigie/engine';

import { newProcessor, recordsOf } from './retained.mjs';
import { measureUnitUs } from './unit.mjs';

const CONTACTS = 10_000;
const WINDOW_MS = 60 * 60_000;
const PACKED_MS = 5 * 60_000;
const SWEEP_MS = 10_001;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function explain({ rounds, scale, say }) {
  const contacts = Math.floor(CONTACTS * scale);
  const nowMs = Date.now();
  const processor = newProcessor(nowMs);
  let offset = 0n;
  for (const value of recordsOf({ contacts, nowMs, spanMs: WINDOW_MS - PACKED_MS - 60_000 }))
    processor.applyRecord({ offset: offset++, key: 'default', value });
  makeCommit(processor, 0);
  // they are closed: packed, as they lie most of the time
  for (let at = nowMs; at < nowMs + PACKED_MS; at += SWEEP_MS) processor.advance(at);
  const centre = processor.centres.get('default');
  const context = {
    windows: [{ name: '60m', sizeMs: WINDOW_MS }],
    presentation: processor.options.presentation,
    retainMs: processor.options.retainMs,
    fineMs: WINDOW_MS,
  };
  const question = {
    ...{ kind: 'explain', partition: 0, centre: 'default', queue: '_all', window: '60m', limit: 100 },
    kpi: 'service_level',
  };
  const ratios = [];
  const costs = [];
  const holds = [];
  let entities = 0;
  for (let round = 0; round <= rounds; round++) {
    const unitUs = measureUnitUs();
    const before = process.cpuUsage();
    let longestMs = 0;
    let text = '';
    const steps = answer(centre, question, context).text;
    for (;;) {
      const began = process.cpuUsage();
      const { done, value } = steps.next();
      const { user, system } = process.cpuUsage(began);
      longestMs = Math.max(longestMs, (user + system) / 1000);
      if (done) break;
      text += value ?? '';
    }
    const { user, system } = process.cpuUsage(before);
    // the first round is for the compiler
    if (round === 0) continue;
    const { counts } = JSON.parse(text);
    entities = counts.for + counts.against + counts.excluded;
    say(
      `round ${round}: ${((user + system) / 1000).toFixed(0)} ms, at most ${longestMs.toFixed(1)} ms at a time`,
    );
    costs.push((user + system) / 1000);
    holds.push(longestMs);
    ratios.push((user + system) / entities / ((unitUs + measureUnitUs()) / 2));
  }
  const what = `explain a figure of ${entities} contacts`;
  return {
    figures: [
      { name: `${what}, a contact / P`, rounds: ratios, unit: 'ratio' },
      { name: what, rounds: costs, unit: 'ms CPU', goal: { atMost: 200 } },
      { name: `${what}: longest step`, rounds: holds, unit: 'ms CPU', goal: { atMost: 20 } },
    ],
  };
}
