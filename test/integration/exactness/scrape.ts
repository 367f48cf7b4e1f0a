/** One series of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A scrape, in the order it was written. */
export interface Scrape {
  readonly samples: readonly Sample[];
  /** Families whose TYPE is counter or histogram. */
  readonly cumulative: ReadonlySet<string>;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads `/metrics`. A line that is neither comment nor sample is an error. */
export async function scrape(url: string): Promise<Scrape> {
  return parseScrape(await scrapeText(url));
}

/** What `/metrics` says, as it stands. */
export async function scrapeText(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`);
  if (!answer.ok) throw new Error(`/metrics was answered ${answer.status}`);
  return await answer.text();
}

export function parseScrape(text: string): Scrape {
  const cumulative = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type?.[1] !== undefined && (type[2] === 'counter' || type[2] === 'histogram'))
      cumulative.add(type[1]);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`/metrics has a line that is no sample: ${line}`);
    samples.push({ name, labels: labelsOf(labels), value: Number(value) });
  }
  return { samples, cumulative };
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
    ]),
  );
}

/** The sum of a metric's series that carry these labels. */
export function sumOf(
  { samples }: Scrape,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Follows counters that must outlive their process: the pipeline's own and those of the catalogue. */
export class CounterRecorder {
  readonly #names: ReadonlySet<string>;
  readonly #greatest = new Map<string, number>();
  readonly falls: string[] = [];
  scrapes = 0;
  compared = 0;

  /** `names`: the families to follow; others count what their process did, and begin anew with it. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  add({ samples, cumulative }: Scrape): void {
    this.scrapes += 1;
    for (const { name, labels, value } of samples) {
      const family = name.replace(/_(bucket|sum|count)$/, '');
      if (!this.#names.has(name) && !this.#names.has(family)) continue;
      if (!cumulative.has(name) && !cumulative.has(family)) continue;
      const series = `${name}${JSON.stringify(labels)}`;
      const before = this.#greatest.get(series);
      if (before !== undefined) {
        this.compared += 1;
        if (value < before)
          this.falls.push(`scrape ${this.scrapes}: ${series} fell from ${before} to ${value}`);
      }
      this.#greatest.set(series, Math.max(before ?? 0, value));
    }
  }
}
