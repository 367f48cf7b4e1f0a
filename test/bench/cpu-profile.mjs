/** Where a CPU profile's time went, by subject. */
import { readFileSync } from 'node:fs';

const PROFILER = 'profiler';
/** Whatever these call is their own cost, but for the judging of what changed, which whoever reads first sets off. */
const PHASES = ['checkpoints', 'publish', 'statuses'];
const JUDGING = /engine\/dist\/processor\/judging\.js/;
/** First match wins. A function that is in none of these files (compiled checks, built-ins) counts with its caller. */
const SUBJECTS = [
  [PROFILER, /^node:(internal\/)?inspector/],
  ['validate', /contracts\/dist\/|node_modules\/typebox\//],
  ['checkpoints', /engine\/dist\/checkpoint\/|node_modules\/msgpackr|redis\/dist\/(checkpoints|scripts)/],
  ['statuses', /processor\/status-board\.js|catalogue\/status\.js/],
  ['publish', /publisher\.js|engine\/dist\/query\/|metrics\/dist\/catalogue\/|redis\/dist\/feed/],
  ['windows', /metrics\/dist\/windowing\/(?!contribution)|engine\/dist\/processor\/(counters|live-centre)/],
  [
    'contributions and difference',
    /domain\/contact\/contributions|windowing\/contribution\.js|domain\/service-level/,
  ],
  [
    'facts and fold',
    /metrics\/dist\/domain\/|processor\/(centre-state|judging|entities|journeys|groups|other-facts|sources)/,
  ],
  ['decode and parse', /engine\/dist\/processor\/partition\.js/],
  ['Redis client', /node_modules\/(ioredis|@ioredis|redis-parser|redis-errors)|redis\/dist\//],
  ['Kafka client', /node_modules\/kafkajs\/|packages\/kafka\/dist\//],
  ['runner', /aggregator\/dist\//],
];
const ROOTS = {
  '(garbage collector)': 'garbage collection',
  '(idle)': undefined,
  '(program)': 'native, not told apart',
};

/** @param {{ callFrame: { url: string, functionName: string } }} node @param {string | undefined} inherited */
function subjectOf({ callFrame: { url, functionName } }, inherited) {
  if (Object.hasOwn(ROOTS, functionName)) return ROOTS[functionName];
  return SUBJECTS.find(([, pattern]) => pattern.test(url))?.[0] ?? inherited ?? 'Node';
}

/** Garbage collection shows below whoever was running. */
function phaseOf({ callFrame: { functionName } }, phase) {
  return Object.hasOwn(ROOTS, functionName) ? ROOTS[functionName] : phase;
}

/**
 * Shares of the time the process was busy, and the functions that took most.
 * @param {string} file of a `.cpuprofile`
 */
export function readCpuProfile(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const subjects = new Map();
  const walk = (node, inherited) => {
    const isOfPhase = PHASES.includes(inherited) && !JUDGING.test(node.callFrame.url);
    const subject = isOfPhase ? phaseOf(node, inherited) : subjectOf(node, inherited);
    subjects.set(node.id, subject);
    for (const child of node.children ?? []) walk(byId.get(child), subject);
  };
  walk(nodes[0], undefined);
  const bySubject = new Map();
  const byFunction = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const subject = subjects.get(id);
    if (subject === undefined || subject === PROFILER) return;
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    const place = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    busy += timeDeltas[index];
    bySubject.set(subject, (bySubject.get(subject) ?? 0) + timeDeltas[index]);
    byFunction.set(place, (byFunction.get(place) ?? 0) + timeDeltas[index]);
  });
  const shares = (map) =>
    [...map].map(([name, us]) => ({ name, share: us / busy })).sort((a, b) => b.share - a.share);
  return { subjects: shares(bySubject), functions: shares(byFunction) };
}
