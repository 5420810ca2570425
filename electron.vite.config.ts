import { existsSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** What is built of the main side: name of the file in dist/main -> source. */
const MAIN_ENTRIES = {
  main: 'src-main/main.ts',
  headless: 'src-main/headless.ts',
  cli: 'src-main/cli/gatehouse.ts',
  'keychain-worker': 'src-main/adapters/keychain/worker.ts',
};

const present = Object.fromEntries(Object.entries(MAIN_ENTRIES).filter(([, source]) => existsSync(source)));

export default defineConfig({
  main: {
    build: {
      outDir: 'dist/main',
      target: 'node20.19',
      sourcemap: true,
      // Hundreds of small files, which are slow to find one by one at each start.
      externalizeDeps: {
        exclude: [
          'commander',
          'cross-spawn',
          'electron-log',
          'env-paths',
          'oauth4webapi',
          'openid-client',
          'undici',
          'zod',
        ],
      },
      rolldownOptions: {
        input: present,
        // Chunks lie beside the entries, so that import.meta.dirname is dist/main wherever the code ends up.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  ...(existsSync('src-preload/preload.ts')
    ? {
        preload: {
          build: {
            outDir: 'dist/preload',
            target: 'node20.19',
            // A sandboxed preload can require nothing but electron: everything else goes into the one file.
            externalizeDeps: false,
            rolldownOptions: {
              input: { preload: 'src-preload/preload.ts' },
              output: { format: 'cjs' as const, entryFileNames: '[name].cjs' },
            },
          },
        },
      }
    : {}),
  ...(existsSync('src-renderer/index.html')
    ? {
        renderer: {
          root: 'src-renderer',
          // Relative: the window is served from a port, from a file and from the app's own scheme.
          base: './',
          plugins: [react()],
          build: { outDir: 'dist/renderer', minify: true, rolldownOptions: { input: 'src-renderer/index.html' } },
        },
      }
    : {}),
});
