import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let resources: string;
let packed: readonly string[];

/** Of the command that the app brings, in which `scripts/package.ts` puts more. */
const COMMAND = [
  ['node', 0o755],
  ['bin/gatehouse', 0o755],
  ['main/cli.js', 0o644],
  ['node_modules/keytar/lib/keytar.js', 0o644],
] as const;

/** What electron-builder packs around the app is a stub here: this is about what goes into the archive. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-package-'));
  const electron = path.join(folder, 'electron');
  mkdirSync(path.join(electron, 'locales'), { recursive: true });
  for (const file of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'version']) {
    writeFileSync(path.join(electron, file), '');
  }
  // Fuses are flipped in the real binary.
  const yml = readFileSync(path.join(ROOT, 'electron-builder.yml'), 'utf8')
    .replace(/^electronFuses:\n(?: {2}.*\n)+/m, '')
    .replace('from: dist/command/', `from: ${folder}/command/`);
  for (const [file, mode] of COMMAND) {
    const place = path.join(folder, `command/${process.platform}-${process.arch}/command`, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, '', { mode });
  }
  const config = path.join(folder, 'electron-builder.yml');
  writeFileSync(config, yml);
  const builder = path.join(ROOT, 'node_modules/electron-builder/cli.js');
  const output = path.join(folder, 'out');
  const args = [
    '--config',
    config,
    '--dir',
    '--linux',
    `-c.electronDist=${electron}`,
    `-c.directories.output=${output}`,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [builder, ...args], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Nothing was packed: ${stdout}${stderr}`);
  resources = path.join(output, 'linux-unpacked/resources');
  packed = listPackage(path.join(resources, 'app.asar'), { isPack: false });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('has of our own only package.json, what is built and the icons', () => {
    const own = packed.filter((file) => !file.startsWith('/node_modules'));
    expect(own).toContain('/package.json');
    expect(own.filter((file) => !/^\/(?:dist|assets|package\.json)(?:\/|$)/.test(file))).toEqual([]);
    expect(own.filter((file) => /\.map$|\.tsx?$|demo\.ts|screenshots|packages/.test(file))).toEqual([]);
  });

  it('has what the main side imports, and nothing that only building and testing need', () => {
    const names = new Set(packed.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(devDependencies).filter((name) => names.has(name))).toEqual([]);
  });

  it('keeps the native keychain module of its own system outside the archive, and no other', () => {
    const outside = readdirSync(path.join(resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' });
    expect(outside.filter((file) => file.endsWith('.node'))).toEqual([
      `node_modules/keytar/prebuilds/${process.platform}-${process.arch}/keytar.node`,
    ]);
  });

  it('has the whole command beside the archive, its modules too, with what is run left runnable', () => {
    for (const [file, mode] of COMMAND) {
      expect(statSync(path.join(resources, 'command', file)).mode & 0o777, file).toBe(mode);
    }
  });

  it('has no secret, and no path of the machine that it was made on', () => {
    for (const file of packed.filter((name) => /^\/dist\/.*\.(?:js|cjs|html|css)$/.test(name))) {
      const text = extractFile(path.join(resources, 'app.asar'), file.slice(1)).toString('utf8');
      expect(text.includes(ROOT), file).toBe(false);
      expect(text, file).not.toMatch(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}|\bgate_[A-Za-z0-9_-]{43}\b/,
      );
    }
  });
});
