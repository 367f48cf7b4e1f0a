#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (existsSync(entry)) {
  const { main } = await import(entry);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write('vigie: it is not built yet: run npm run build\n');
  process.exitCode = 1;
}
