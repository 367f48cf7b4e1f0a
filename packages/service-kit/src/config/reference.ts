import { ConfigurationSchema } from '@vigie/contracts';
import { VARIABLES } from './environment.ts';

/** The part of the schema's keywords that the reference tells. */
interface Node {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly kind?: string;
  readonly discriminator?: string;
  readonly description?: string;
  readonly default?: unknown;
}

interface Row {
  readonly path: string;
  readonly node: Node;
  readonly required: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  duration: 'duration',
  clock: 'time of day',
  zone: 'IANA zone',
  locale: 'language tag',
  date: 'date',
  opening: 'opening',
  hostPort: 'host:port',
  window: 'window',
};

/** Figures judged by these sections change: they are versioned, and a change is an event in the log. */
const SEMANTIC = ['time', 'calendars', 'channels', 'queues', 'cases'];

const INTRODUCTION = `# Configuration

\`vigie.yaml\` in the working directory (or the file that \`--config\` names) is optional, and so is every key in it. \`VIGIE_…\`
variables override the file, options of the command line override both. A wrong value, an unknown key or an unknown
variable is refused at start with its path, the value and what was expected; \`vigie check-config\` does only that.

A duration is written with its unit: \`500ms\`, \`20s\`, \`5m\`, \`24h\`, \`30d\`. A time of day is \`06:15\`, a window is a duration
in whole minutes or \`today\`. \`*\` in a key stands for a name that you choose.

What a figure means is set by \`centre.timeZone\`, \`centre.dayStart\`, \`time\`, \`calendars\`, \`channels\`, \`cases\` and the same
keys of \`queues\`: that part is versioned. A change takes effect from the first full minute after
\`time.futureTolerance\` on, never backwards. Names, targets and languages change at once.

This page is made from the schema that checks the file; \`npx vitest run --project unit reference.test -u\` writes it anew.
`;

/** The reference of every key as Markdown, made from the schema and the table of variables. */
export function configurationReference(): string {
  const sections = Object.entries((ConfigurationSchema as unknown as Node).properties ?? {}).map(
    ([name, node]) => {
      const rows = rowsOf(name, node, false).filter((row) => !isInner(row.node));
      const about = node.description === undefined || !isInner(node) ? '' : `\n${node.description}\n`;
      return `## ${name}\n${about}${noteOf(name)}\n${table(['Key', 'Type', 'Default', 'Meaning'], rows.map(cellsOf))}`;
    },
  );
  const variables = Object.entries(VARIABLES).map(([name, { description }]) => [`\`${name}\``, description]);
  return `${[INTRODUCTION, ...sections, `## Variables\n\n${table(['Variable', 'Meaning'], variables)}`].join('\n')}`;
}

function noteOf(section: string): string {
  const notes = [];
  if (SEMANTIC.includes(section)) notes.push('Versioned, but for names, teams, sites and targets.');
  if (section === 'access')
    notes.push('See [access](access.md). Keys that come or go are in force within seconds.');
  return notes.length === 0 ? '' : `\n${notes.join(' ')}\n`;
}

/** Sections and maps only hold others; they have no row of their own. */
function isInner(node: Node): boolean {
  return (
    node.properties !== undefined || node.patternProperties !== undefined || node.discriminator !== undefined
  );
}

function rowsOf(path: string, node: Node, required: boolean): Row[] {
  const own = { path, node, required };
  if (node.discriminator !== undefined) {
    return (node.anyOf ?? []).flatMap((option) => {
      const tag = String(option.properties?.[node.discriminator ?? '']?.const);
      return childrenOf(`${path}`, option, tag);
    });
  }
  const [item] = Object.values(node.patternProperties ?? {});
  if (item !== undefined) return rowsOf(`${path}.*`, item, false);
  if (path === 'queues.*') return queueRows(node);
  if (path === 'queues.*.channels') return [own, ...perChannelNote(node)];
  if (path === 'channels') return rowsOf('channels.*', node.properties?.['voice'] ?? {}, false);
  if (node.properties !== undefined) return [own, ...childrenOf(path, node)];
  if (node.items?.properties !== undefined) return [own, ...rowsOf(`${path}.*`, node.items, false)];
  return [own];
}

/** A queue has the keys of its channel once more: one row says so. */
function queueRows(node: Node): Row[] {
  const [channel] = Object.values(
    (ConfigurationSchema as unknown as Node).properties?.['channels']?.properties ?? {},
  );
  const inherited = Object.keys(channel?.properties ?? {});
  const own = Object.entries(node.properties ?? {}).filter(([key]) => !inherited.includes(key));
  const description = `Any key of its channel's (${inherited.join(', ')}), for this queue.`;
  const overrides = { path: 'queues.*.…', node: { type: 'any', description }, required: false };
  return [...childrenOf('queues.*', { ...node, properties: Object.fromEntries(own) }), overrides];
}

function childrenOf(path: string, node: Node, tag?: string): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const label = tag === undefined || key === 'type' ? key : `${key} (${tag})`;
    return rowsOf(`${path}.${label}`, child, node.required?.includes(key) ?? false);
  });
}

/** The channels of a queue have the keys of a channel once more: one row says so. */
function perChannelNote(node: Node): Row[] {
  const names = Object.keys(node.properties ?? {}).join(', ');
  const description = `Instead of \`channel\`, for a queue that takes several: by channel (${names}) the keys of \`channels.*\`, and \`targets\`.`;
  return [{ path: 'queues.*.channels', node: { type: 'map', description }, required: false }];
}

function cellsOf({ path, node, required }: Row): string[] {
  const preset = node.default === undefined ? (required ? 'required' : '') : presetText(node.default);
  const [variable] = Object.entries(VARIABLES).find(([, { path: target }]) => target === path) ?? [];
  const env = variable === undefined ? '' : ` (\`${variable}\`)`;
  return [`\`${path}\``, typeText(node), preset, `${node.description ?? ''}${env}`];
}

function presetText(preset: unknown): string {
  if (typeof preset === 'string') return /[ ;]/.test(preset) ? preset : `\`${preset}\``;
  return `\`${JSON.stringify(preset)}\``;
}

function typeText(node: Node): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(', ');
  if (node.anyOf !== undefined) return node.anyOf.map(typeText).join(' or ');
  if (node.kind !== undefined) return KINDS[node.kind] ?? node.kind;
  if (node.type === 'array')
    return `list of ${node.items?.properties === undefined ? typeText(node.items ?? {}) : 'maps'}`;
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') return `whole number ${node.minimum ?? ''} to ${node.maximum ?? ''}`;
  if (node.type === 'number') return 'number';
  if (node.type === 'any') return 'as there';
  return node.type === 'object' || node.type === 'map' ? 'map' : 'text';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
