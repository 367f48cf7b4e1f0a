import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { main } from '@vigie/cli';
import { checkConfiguration } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { ROOT } from '../architecture/source.ts';

const pages = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** The fenced blocks of one language. */
const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );

describe.each(pages)('%s', (page) => {
  test('links to nothing that is not there', () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)].map(
      ([, path = '']) => path,
    );
    for (const target of targets) expect(existsSync(join(ROOT, dirname(page), target)), target).toBe(true);
  });

  test('names no command and no option that vigie does not have', async () => {
    for (const line of commandsOf(page)) {
      const [name = '', ...words] = line.split(/\s+/);
      const help = await helpOf(name);
      const options: readonly string[] = help.match(/--[a-z][a-z-]*/g) ?? [];
      for (const option of words.filter((word) => word.startsWith('--'))) {
        expect(options, line).toContain(option);
      }
    }
  });

  test('shows configurations that are accepted, and in force', () => {
    for (const text of blocks(page, 'yaml')) {
      const file = parse(text) as Record<string, unknown>;
      if ('scrape_configs' in file) continue;
      const checked = checkConfiguration(file);
      expect(checked.ok ? checked.notYetInForce : checked.problems).toEqual([]);
    }
  });
});

test('the pages that a reader begins with have commands and configurations to check', () => {
  expect(commandsOf('README.md').length).toBeGreaterThan(5);
  expect(blocks('README.md', 'yaml').length).toBeGreaterThan(1);
  expect(blocks('docs/user-guide.md', 'yaml').length).toBeGreaterThan(0);
});

/** What follows `vigie` in the shell blocks, continued lines joined and comments left out. */
function commandsOf(page: string): string[] {
  return blocks(page, 'sh')
    .flatMap((text) => text.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/\s#.*$/, ''))
    .flatMap((line) => /^npx vigie (.+)$/.exec(line)?.[1] ?? []);
}

/** What `vigie NAME --help` prints; a name that is no command fails the test. */
async function helpOf(name: string): Promise<string> {
  let printed = '';
  const terminal: Parameters<typeof main>[1] = {
    out: async (text) => void (printed += text),
    err: (text) => void (printed += text),
    stdin: (async function* () {})(),
    watched: false,
  };
  const status = await main([name, '--help'], terminal);
  expect(status, `vigie ${name} --help: ${printed}`).toBe(0);
  expect(printed).toContain(`Usage: vigie ${name} `);
  return printed;
}
