import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, Registry, collectDefaultMetrics } from 'prom-client';

export interface MetricSample {
  readonly value: number;
  /** A text is one that {@link labelText} wrote: for labels that many samples share. */
  readonly labels?: Readonly<Record<string, string>> | string;
  /** `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** A metric with all its series, made when it is asked for. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: Iterable<MetricSample>;
}

/** What a process measures, in Prometheus's text format. */
export interface Metrics {
  /** For metrics that are kept by prom-client. */
  readonly registry: Registry;
  /**
   * Adds a source of plain numbers that is read at each scrape, so that counting an event stays an addition. Families
   * of one name from several sources are written as one. All sources are called in one turn of the event loop; what
   * they answer is walked over several when it is long, so that a generator must live on what it took in that one turn.
   * Answers the removal.
   */
  collect(source: () => Iterable<MetricFamily>): () => void;
  /** All of it. A source that throws is left out and counted in `vigie_metrics_collect_errors_total`. */
  render(): Promise<string>;
  /** The same in pieces of some kilobytes: what is long is sent without being put together. */
  pieces(): AsyncIterable<Buffer>;
  readonly contentType: string;
}

/** `defaults` adds the process's own metrics: CPU, memory, event-loop lag, garbage collection. */
export function createMetrics({ defaults = true }: { readonly defaults?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  const errors = new Counter({
    name: 'vigie_metrics_collect_errors_total',
    help: 'Sources of metrics that failed at a scrape.',
    registers: [registry],
  });
  const sources = new Set<() => Iterable<MetricFamily>>();
  async function* pieces(): AsyncGenerator<Buffer> {
    const pace = new Pace();
    const read = [...sources].flatMap((source) => {
      try {
        return [source()];
      } catch {
        errors.inc();
        return [];
      }
    });
    const families = new Map<string, Written>();
    for (const source of read) {
      try {
        const written = [];
        for (const family of source) written.push({ family, lines: await linesOf(family, pace) });
        for (const { family, lines } of written) addTo(families, family, lines);
      } catch {
        errors.inc();
      }
    }
    yield Buffer.from(`${(await registry.metrics()).trimEnd()}\n`);
    for (const { head, lines } of families.values()) {
      yield Buffer.from(`${head}\n`);
      for (const line of lines) {
        yield line;
        if (pace.isOver) await pace.rest();
      }
    }
  }
  return {
    registry,
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    collect(source) {
      sources.add(source);
      return () => void sources.delete(source);
    },
    async render() {
      const all: Buffer[] = [];
      for await (const piece of pieces()) all.push(piece);
      return Buffer.concat(all).toString();
    },
    pieces,
  };
}

/** A family as it is written: its two lines of explanation, and pieces of many samples each; bytes, that garbage is collected soon. */
interface Written {
  readonly head: string;
  readonly lines: Buffer[];
}

function addTo(families: Map<string, Written>, family: MetricFamily, lines: Buffer[]): void {
  const held = families.get(family.name);
  if (held === undefined) {
    const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    families.set(family.name, {
      head: `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}`,
      lines,
    });
  } else held.lines.push(...lines);
}

/** The event loop turns when it was held for so long, ms. */
const TURN_MS = 2;
/** Samples of a piece: written without a look at the clock. */
const PIECE = 100;

/** Work in pieces: between two of them others have their turn when this one was long enough. */
class Pace {
  #beganAt = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#beganAt > TURN_MS;
  }
  async rest(): Promise<void> {
    await nextTurn();
    this.#beganAt = performance.now();
  }
}

async function linesOf({ name, samples }: MetricFamily, pace: Pace): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  let piece = '';
  let left = PIECE;
  for (const { value, labels, suffix = '' } of samples) {
    const text = labels === undefined || typeof labels === 'string' ? (labels ?? '') : labelText(labels);
    piece += `${name}${suffix}${text === '' ? '' : `{${text}}`} ${numberText(value)}\n`;
    left -= 1;
    if (left > 0) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
    left = PIECE;
    if (pace.isOver) await pace.rest();
  }
  if (piece !== '') pieces.push(Buffer.from(piece));
  if (pace.isOver) await pace.rest();
  return pieces;
}

/** Labels as they stand between the braces; texts of several are joined by a comma. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const key in labels) text += `${text === '' ? '' : ','}${key}="${escaped(labels[key] ?? '')}"`;
  return text;
}

function escaped(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
