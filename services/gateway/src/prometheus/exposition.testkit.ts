export interface ExpositionSample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/** Reads Prometheus's text format strictly: what does not conform throws with its line. */
export function parseExposition(text: string): {
  readonly samples: readonly ExpositionSample[];
  readonly types: ReadonlyMap<string, string>;
} {
  const samples: ExpositionSample[] = [];
  const types = new Map<string, string>();
  const finished = new Set<string>();
  let family: string | undefined;
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    const head = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (head !== null) {
      const [, name = '', type = ''] = head;
      if (types.has(name)) throw new Error(`a second head: ${line}`);
      if (family !== undefined) finished.add(family);
      family = name;
      types.set(name, type);
      continue;
    }
    const match = SAMPLE.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const [, name = '', labelText = '', value = ''] = match;
    const base = types.get(family ?? '') === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
    if (base !== family || finished.has(base)) throw new Error(`outside its family: ${line}`);
    samples.push({ name, labels: labelsOf(labelText, line), value: numberOf(value) });
  }
  return { samples, types };
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`not a label: ${line}`);
    const [, name = '', value = ''] = match;
    if (name in labels) throw new Error(`a label twice: ${line}`);
    labels[name] = value.replace(/\\(["\\n])/g, (_whole, character: string) =>
      character === 'n' ? '\n' : character,
    );
  }
  return labels;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
