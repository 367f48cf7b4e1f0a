import { isOfKind, type ValueKind } from './kinds.ts';
import { problem, unknownKey, type ConfigProblem } from './problems.ts';
import { formatDuration, parseDuration } from './values.ts';

/** The part of JSON Schema that the configuration uses, with the keywords of `kinds.ts`. */
export interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly kind?: ValueKind;
  readonly minMs?: number;
  readonly maxMs?: number;
  readonly expected?: string;
  readonly secret?: boolean;
  readonly discriminator?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** Names that would collide with Vigie's own rows, or with JavaScript's objects. */
const RESERVED_NAMES = new Set(['_all', '_other', '*', '__proto__']);

/**
 * Everything in `value` that the schema refuses, in the order of the document. Where this answers nothing, the
 * schema's compiled validator accepts the value too (a test holds the two together).
 */
export function problemsOf(schema: unknown, value: unknown, path = ''): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  check(schema as Node, value, path, found);
  return found;
}

function check(node: Node, value: unknown, path: string, found: ConfigProblem[]): void {
  if (node.anyOf !== undefined) return checkUnion(node, node.anyOf, value, path, found);
  if (node.type === 'object') return checkObject(node, value, path, found);
  if (node.type === 'array') return checkArray(node, value, path, found);
  if (!isLeafAccepted(node, value)) {
    found.push(problem(path, value, expectation(node, value), node.secret === true));
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const at = (path: string, key: string | number) => (path === '' ? String(key) : `${path}.${key}`);

function checkObject(node: Node, value: unknown, path: string, found: ConfigProblem[]): void {
  if (!isPlainObject(value)) {
    found.push(problem(path, value, `keys and values${keysHint(node)}`));
    return;
  }
  const properties = node.properties;
  const [named] = Object.entries(node.patternProperties ?? {});
  for (const [key, item] of Object.entries(value)) {
    if (properties !== undefined) {
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property === undefined) found.push(unknownKey(path, key, item, Object.keys(properties)));
      else check(property, item, at(path, key), found);
    } else if (named !== undefined) {
      if (!new RegExp(named[0]).test(key) || RESERVED_NAMES.has(key)) {
        found.push(problem(at(path, key), item, 'another name: 1 to 200 characters, not a reserved one'));
      } else check(named[1], item, at(path, key), found);
    }
  }
  for (const key of node.required ?? []) {
    if (!Object.hasOwn(value, key)) {
      found.push(problem(at(path, key), undefined, expectation(properties?.[key] ?? {}, undefined)));
    }
  }
}

function keysHint(node: Node): string {
  return node.properties === undefined ? '' : ` (${Object.keys(node.properties).join(', ')})`;
}

function checkArray(node: Node, value: unknown, path: string, found: ConfigProblem[]): void {
  if (!Array.isArray(value)) {
    found.push(problem(path, value, node.expected ?? 'a list'));
    return;
  }
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = node;
  if (value.length < minItems || value.length > maxItems) {
    found.push(problem(path, value, `a list of ${minItems} to ${maxItems} entries`));
    return;
  }
  for (const [index, item] of value.entries()) check(node.items ?? {}, item, at(path, index), found);
}

function checkUnion(
  node: Node,
  options: readonly Node[],
  value: unknown,
  path: string,
  found: ConfigProblem[],
): void {
  const tag = node.discriminator;
  if (tag !== undefined && isPlainObject(value)) {
    const tags = options.map((option) => String(option.properties?.[tag]?.const));
    const option = options[tags.indexOf(String(value[tag]))];
    if (option === undefined) found.push(problem(at(path, tag), value[tag], `one of ${tags.join(', ')}`));
    else check(option, value, path, found);
    return;
  }
  const sameShape = options.find(
    (option) =>
      (Array.isArray(value) && option.type === 'array') || (isPlainObject(value) && option.type === 'object'),
  );
  if (sameShape !== undefined) check(sameShape, value, path, found);
  else if (!options.some((option) => isLeafAccepted(option, value))) {
    found.push(
      problem(path, value, node.expected ?? options.map((option) => expectation(option, value)).join(' or ')),
    );
  }
}

function isLeafAccepted(node: Node, value: unknown): boolean {
  if (node.const !== undefined) return value === node.const;
  if (node.type === 'boolean') return typeof value === 'boolean';
  if (node.type === 'integer' || node.type === 'number') {
    return (
      typeof value === 'number' &&
      (node.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      value >= (node.minimum ?? Number.NEGATIVE_INFINITY) &&
      value <= (node.maximum ?? Number.POSITIVE_INFINITY)
    );
  }
  if (node.type !== 'string' || typeof value !== 'string') return false;
  if (node.enum !== undefined) return node.enum.includes(value);
  if (value.length < (node.minLength ?? 0) || value.length > (node.maxLength ?? Number.POSITIVE_INFINITY))
    return false;
  if (node.pattern !== undefined && !new RegExp(node.pattern, 'u').test(value)) return false;
  if (node.kind === undefined) return true;
  if (!isOfKind(node.kind, value)) return false;
  if (node.kind !== 'duration') return true;
  const durationMs = parseDuration(value) ?? -1;
  return durationMs >= (node.minMs ?? 0) && durationMs <= (node.maxMs ?? Number.POSITIVE_INFINITY);
}

/** What would have been right, said for the value that was wrong. */
function expectation(node: Node, value: unknown): string {
  if (node.kind === 'duration') {
    if (typeof value === 'number') return `a duration with its unit: write "${value}s"`;
    if (typeof value === 'string' && parseDuration(value) !== undefined) return durationRange(node);
  }
  if (node.expected !== undefined) return node.expected;
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer' || node.type === 'number') {
    const range = `from ${node.minimum ?? 'any'} to ${node.maximum ?? 'any'}`;
    return `${node.type === 'integer' ? 'a whole number' : 'a number'} ${range}`;
  }
  if (node.type === 'array') return 'a list';
  if (node.type === 'object' || node.anyOf !== undefined) return `keys and values${keysHint(node)}`;
  return `text of ${node.minLength ?? 0} to ${node.maxLength ?? 'any'} characters`;
}

function durationRange(node: Node): string {
  const from = formatDuration(node.minMs ?? 0);
  return node.maxMs === undefined
    ? `at least ${from}`
    : `a duration from ${from} to ${formatDuration(node.maxMs)}`;
}
