import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isBuildFresh } from '../../scripts/build-freshness.ts';

let root: string;

const SOURCES = ['src-main/main.ts', 'src-preload/preload.ts', 'src-renderer/ui/app.tsx', 'package.json'];
const BUILT = ['main/main.js', 'main/cli.js', 'main/keychain-worker.js', 'preload/preload.cjs', 'renderer/index.html'];

function touch(file: string, at: number): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), '');
  for (let place = file; place !== '.'; place = path.dirname(place)) utimesSync(path.join(root, place), at, at);
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'gatehouse-fresh-'));
  for (const file of SOURCES) touch(file, 1000);
  for (const file of BUILT) touch(path.join('dist', file), 2000);
});
afterEach(() => rmSync(root, { recursive: true }));

it('is fresh when everything built is younger than every source', () => {
  expect(isBuildFresh(root)).toBe(true);
});

it.each(BUILT)('is not fresh without %s', (file) => {
  rmSync(path.join(root, 'dist', file));
  expect(isBuildFresh(root)).toBe(false);
});

it.each(SOURCES)('is not fresh when %s has changed', (file) => {
  touch(file, 3000);
  expect(isBuildFresh(root)).toBe(false);
});

it('is not fresh when a source was removed', () => {
  rmSync(path.join(root, 'src-renderer/ui/app.tsx'));
  expect(isBuildFresh(root)).toBe(false);
});
