import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { defineConfig } from 'vite';

/** Puts a compressed copy beside each file of text, so that nobody compresses while a wall waits. */
const compressed = () => {
  let folder = '';
  return {
    name: 'compressed-copies',
    apply: 'build',
    configResolved: ({ root, build }) => void (folder = join(root, build.outDir)),
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:html|js|css|svg)$/.test(file)) continue;
        const content = readFileSync(join(folder, file));
        writeFileSync(join(folder, `${file}.br`), brotliCompressSync(content));
        writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
};

/** Relative assets, so that the page works under any base path; built from the sources of the packages it uses. */
export default defineConfig({
  base: './',
  plugins: [compressed()],
  resolve: { conditions: ['@vigie/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    target: 'es2019',
    cssTarget: 'chrome73',
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { wall: 'index.html', desk: 'desk.html', sw: 'src/sw.ts' },
      // a service worker speaks for the folder that it lies in, under one name for ever
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});
