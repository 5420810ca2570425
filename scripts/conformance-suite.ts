import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * The script of a release of `@modelcontextprotocol/conformance`, which is fetched at the first call. No dependency: two
 * releases are wanted, each with a web framework of its own. Throws where it cannot be had.
 */
export function conformanceSuite(version: string): string {
  const folder = path.join(ROOT, 'node_modules/.cache', `conformance-${version}`);
  const script = path.join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  if (existsSync(script)) return script;
  console.error(`Fetching the conformance suite ${version} (once, into ${path.relative(ROOT, folder)})`);
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-package-lock', '--no-fund', '--no-audit', '--ignore-scripts'];
  const wanted = `@modelcontextprotocol/conformance@${version}`;
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...options, wanted], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(script)) throw new Error(`npm could not install ${wanted}`);
  return script;
}
