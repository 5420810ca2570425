import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface BuiltApp {
  readonly main: string;
  readonly preload: string;
  remove(): void;
}

/** Builds the app as `npm run build` does, beside the others' builds, where its imports find node_modules. */
export function buildApp(): BuiltApp {
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Whoever links node_modules: the program tells the real path.
  const folder = realpathSync(mkdtempSync(path.join(cache, 'gatehouse-desktop-')));
  // src-main finds what lies beside it by the depth of dist/main.
  const dist = path.join(folder, 'dist');
  const vite = path.join(ROOT, 'node_modules/.bin/electron-vite');
  const { status, stderr } = spawnSync(vite, ['build', '--logLevel', 'error', '--outDir', dist], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The build failed: ${stderr}`);
  return {
    main: path.join(dist, 'main/main.js'),
    preload: path.join(dist, 'preload/preload.cjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
