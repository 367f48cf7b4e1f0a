import { expect, test } from 'vitest';
import { checkConfiguration } from './check.ts';
import { ConfigurationSchema } from './schema.ts';
import { canonicalJson, semanticBody } from './semantic-body.ts';
import { problemsOf, type Node } from './validate.ts';

/** The file that writes out every default the schema states as a value (not those it states as a sentence). */
function writtenOut(node: Node): unknown {
  if (node.properties !== undefined) {
    const entries = Object.entries(node.properties).map(([key, child]) => [key, writtenOut(child)] as const);
    const known = entries.filter(([, value]) => value !== undefined);
    return known.length === 0 ? undefined : Object.fromEntries(known);
  }
  return problemsOf(node, node.default).length === 0 ? node.default : undefined;
}

function resolved(file: unknown) {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  const { semantic: _semantic, presentation, file: _file, ...rest } = result.configuration;
  const targets = [presentation.targetsOf('_all', '_all'), presentation.targetsOf('any', 'voice')];
  return {
    ...rest,
    targets,
    locale: presentation.locale,
    body: canonicalJson(semanticBody(result.configuration)),
  };
}

test('the defaults that the schema states are those that hold', () => {
  const file = writtenOut(ConfigurationSchema as unknown as Node) as Record<string, Record<string, unknown>>;
  expect(Object.keys(file)).toEqual(
    expect.arrayContaining(['centre', 'windows', 'time', 'channels', 'limits', 'server']),
  );
  const { kafka, redis: _redis, access: _access, dataDirectory: _directory, ...rest } = file;
  // The one default that a channel's mode takes away.
  const channels = file['channels'] as Record<string, { serviceLevel: Record<string, unknown> }>;
  for (const channel of ['email', 'social']) delete channels[channel]?.serviceLevel['shortAbandon'];
  expect(resolved(rest)).toEqual(resolved({}));
  const brokers = { brokers: 'localhost:9092' };
  expect(resolved({ kafka: { ...kafka, ...brokers } }).kafka).toEqual(resolved({ kafka: brokers }).kafka);
});
