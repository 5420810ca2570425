import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isBuildFresh } from '../../scripts/build-freshness.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface BuiltApp {
  readonly main: string;
  readonly preload: string;
  remove(): void;
}

/** The app as `npm run build` left it; where that is older than its sources, a build beside it, which finds node_modules. */
export function buildApp(): BuiltApp {
  const own = path.join(ROOT, 'dist');
  if (isBuildFresh(ROOT)) return { ...filesOf(own), remove: () => {} };
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
  return { ...filesOf(dist), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function filesOf(dist: string): Pick<BuiltApp, 'main' | 'preload'> {
  return { main: path.join(dist, 'main/main.js'), preload: path.join(dist, 'preload/preload.cjs') };
}
