/** An element with attributes and children; text children are text, never markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Puts these children in place of all others. (`replaceChildren` is younger than many a television.) */
export function setChildren(parent: Element, ...children: readonly Node[]): void {
  while (parent.firstChild !== null) parent.removeChild(parent.firstChild);
  parent.append(...children);
}

/** Writes only what differs: an unchanged page costs no layout and no paint. Answers whether it differed. */
export function setText(node: Element, text: string): boolean {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

/** As {@link setText} for an attribute; `null` takes it away. */
export function setAttribute(node: Element, name: string, value: string | null): boolean {
  if (node.getAttribute(name) === value) return false;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
  return true;
}

const SVG = 'http://www.w3.org/2000/svg';
const PATHS: Readonly<Record<string, string>> = {
  ok: 'M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6Z',
  warn: 'M8 1.2 15.4 14.4H.6Z',
  alert: 'M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5ZM3.8 6.7v2.6h8.4V6.7Z',
};

/** The three shapes of a status, of which the style shows the one that holds: circle, triangle, octagon. */
export function statusIcon(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'shape');
  svg.setAttribute('aria-hidden', 'true');
  for (const [status, path] of Object.entries(PATHS)) {
    const shape = document.createElementNS(SVG, 'path');
    shape.setAttribute('d', path);
    shape.setAttribute('class', `shape-${status}`);
    shape.setAttribute('fill-rule', 'evenodd');
    svg.append(shape);
  }
  return svg;
}
