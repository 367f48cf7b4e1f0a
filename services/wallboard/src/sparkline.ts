const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 96;
const HEIGHT = 24;

/** Ratios over time as an SVG path: gaps where there is no value, 0 at the foot, 1 at the top. */
export function sparkPath(values: readonly (number | null)[]): string {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  let path = '';
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const x = (index * step).toFixed(1);
    const y = sparkY(value).toFixed(1);
    path += `${isDrawing ? 'L' : 'M'}${x} ${y}`;
    isDrawing = true;
  });
  return path;
}

const sparkY = (ratio: number): number => 1 + (1 - Math.min(1, Math.max(0, ratio))) * (HEIGHT - 2);

/** A sparkline of ratios with its target as a dotted line. Its words stand beside it. */
export function makeSparkline(): {
  root: SVGElement;
  paint(values: readonly (number | null)[], target: number | null): void;
} {
  const make = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const target = make('line', { class: 'spark-target', x1: '0', x2: String(WIDTH) });
  const line = make('path', { class: 'spark-line', fill: 'none' });
  const root = make('svg', {
    class: 'spark',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  root.append(target, line);
  let shown = '';
  return {
    root,
    paint(values, at) {
      const path = sparkPath(values);
      const key = `${path} ${at}`;
      if (key === shown) return;
      shown = key;
      line.setAttribute('d', path);
      const y = String(at === null ? -10 : sparkY(at));
      target.setAttribute('y1', y);
      target.setAttribute('y2', y);
    },
  };
}
