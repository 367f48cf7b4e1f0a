import { basename, dirname } from 'node:path';

import { build, type Plugin } from 'vite';

const CONDITIONS = ['@vigie/source', 'node', 'import', 'default'];

/** Puts a source of the repository and all that it imports of it into one file, as plain Node can run it. */
export async function bundleSource(
  root: string,
  entry: string,
  into: string,
  { plugins = [], treeshake = true }: { readonly plugins?: Plugin[]; readonly treeshake?: boolean } = {},
): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: CONDITIONS },
    ssr: { noExternal: [/^@vigie\//], resolve: { conditions: CONDITIONS } },
    build: {
      ssr: entry,
      outDir: dirname(into),
      emptyOutDir: false,
      minify: false,
      rollupOptions: { treeshake, output: { entryFileNames: basename(into) } },
    },
    plugins,
  });
}
