import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'electron.vite.config.ts', 'package.json'];

/** One file of each part of the build. */
const BUILT = ['main/main.js', 'main/cli.js', 'main/keychain-worker.js', 'preload/preload.cjs', 'renderer/index.html'];

/** Whether `dist` has everything, and nothing in the sources is younger. Folders count: their time tells of removals. */
export function isBuildFresh(root: string): boolean {
  const built = BUILT.map((file) => changedAt(path.join(root, 'dist', file)));
  const oldest = Math.min(...built);
  return SOURCES.every((source) => youngestIn(path.join(root, source)) <= oldest);
}

function youngestIn(place: string): number {
  const own = changedAt(place);
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return own;
  const inside = readdirSync(place, { recursive: true, withFileTypes: true });
  return Math.max(own, ...inside.map((entry) => changedAt(path.join(entry.parentPath, entry.name))));
}

/** Milliseconds since 1970; before all time where it is not there. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
