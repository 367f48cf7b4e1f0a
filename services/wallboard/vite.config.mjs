import { defineConfig } from 'vite';

/** Relative assets, so that the page works under any base path; built from the sources of the packages it uses. */
export default defineConfig({
  base: './',
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
