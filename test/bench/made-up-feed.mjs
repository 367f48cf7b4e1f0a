/** A live feed of made-up figures, for gateways that are measured alone: one centre, queues with rows in a few windows. */
import { CATALOGUE } from '@vigie/metrics';

const EPOCH = 1;
/** What one contact moves. */
const A_FEW = 4;
/** What a wall shows of a queue. */
const OF_A_WALL = 16;
const IDS = CATALOGUE.map(({ id }) => id);

/** A figure that moves on with every `step`. @param {string} id @param {number} step */
function figure(id, step) {
  const unit = CATALOGUE.find((kpi) => kpi.id === id)?.unit;
  const count = 100 + (step % 900);
  if (unit === 'count') return { value: count, n: count };
  if (unit === 'ratio') return { value: count / 1000, n: count, status: 'ok', target: 0.8 };
  return { value: count / 10, n: count };
}

/** @param {readonly string[]} ids @param {number} step */
const figures = (ids, step) => Object.fromEntries(ids.map((id) => [id, figure(id, step)]));

/**
 * Frames in their order: the first has every queue with all KPIs of the catalogue, each further one a few KPIs of one
 * queue, what a wall shows of each, or all of them.
 * @param {{ readonly queues: number, readonly windows: readonly string[] }} size
 */
export function madeUpFeed({ queues, windows }) {
  const names = Array.from({ length: queues }, (_, index) => `queue-${index}`);
  let seq = 0;
  const rowOf = (queue, window, ids) => {
    const kpis = figures(ids, seq);
    return { queue, channel: queue === '_all' ? '_all' : 'voice', window, state: 'live', kpis };
  };
  const frameOf = (rows, complete) => {
    const nowMs = Date.now();
    const header = {
      centre: 'default',
      asOfMs: nowMs,
      watermarkMs: nowMs,
      state: 'live',
      configVersion: 'v1',
    };
    const nothing = { removed: [], counters: [] };
    return { partition: 0, epoch: EPOCH, seq: ++seq, header, complete, rows, ...nothing };
  };
  const everywhere = (ids) =>
    [...names, '_all'].flatMap((queue) => windows.map((window) => rowOf(queue, window, ids)));
  return {
    first: () => frameOf(everywhere(IDS), true),
    /** Four figures of one queue: about 480 bytes for a viewer. */
    next: () => frameOf([rowOf(names[seq % queues], windows[0], IDS.slice(0, A_FEW))], false),
    /** A busy centre: what a wall shows moves in each queue, about 17 KB for a viewer. */
    busy: () => frameOf(everywhere(IDS.slice(0, OF_A_WALL)), false),
    /** Everything moves. */
    all: () => frameOf(everywhere(IDS), false),
  };
}
