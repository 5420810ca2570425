import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** As the package `node` on npm has it. */
const VERSION = '22.23.3';
const ROOT = path.resolve(import.meta.dirname, '..');
/** Not a dependency: its `node` would stand in node_modules/.bin and take the place of the one that runs npm's scripts. */
const FOLDER = path.join(ROOT, 'node_modules/.cache', `node-${VERSION}`);
const BINARY = path.join(FOLDER, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The path of a Node 22, which is fetched at the first call. Throws where it cannot be had. */
export function node22(): string {
  if (existsSync(BINARY)) return BINARY;
  console.error(`Fetching Node ${VERSION} (once, into ${path.relative(ROOT, FOLDER)})`);
  mkdirSync(FOLDER, { recursive: true });
  const options = ['--no-save', '--no-package-lock', '--no-fund', '--no-audit', '--ignore-scripts=false'];
  const { status } = spawnSync('npm', ['install', '--prefix', FOLDER, ...options, `node@${VERSION}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(BINARY)) throw new Error(`npm could not install node@${VERSION}`);
  return BINARY;
}
