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
   * of one name from several sources are written as one. Answers the removal.
   */
  collect(source: () => Iterable<MetricFamily>): () => void;
  /** A source that throws is left out and counted in `vigie_metrics_collect_errors_total`. */
  render(): Promise<string>;
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
  return {
    registry,
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    collect(source) {
      sources.add(source);
      return () => void sources.delete(source);
    },
    async render() {
      const families = new Map<string, { head: string; lines: string[] }>();
      for (const source of sources) {
        try {
          const written = [...source()].map((family) => ({ family, lines: linesOf(family) }));
          for (const { family, lines } of written) addTo(families, family, lines);
        } catch {
          errors.inc();
        }
      }
      const own = await registry.metrics();
      const written = [...families.values()].map(({ head, lines }) => [head, ...lines].join('\n'));
      return `${[own.trimEnd(), ...written].join('\n')}\n`;
    },
  };
}

function addTo(
  families: Map<string, { head: string; lines: string[] }>,
  family: MetricFamily,
  lines: string[],
): void {
  const held = families.get(family.name);
  if (held === undefined) {
    const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    families.set(family.name, {
      head: `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}`,
      lines,
    });
  } else {
    for (const line of lines) held.lines.push(line);
  }
}

function linesOf({ name, samples }: MetricFamily): string[] {
  const lines: string[] = [];
  for (const { value, labels, suffix = '' } of samples) {
    const text = labels === undefined || typeof labels === 'string' ? (labels ?? '') : labelText(labels);
    lines.push(`${name}${suffix}${text === '' ? '' : `{${text}}`} ${numberText(value)}`);
  }
  return lines;
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
