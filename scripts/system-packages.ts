import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Debian's package, and whether what the tests need of it is here, however it came. */
const NEEDED: readonly { readonly name: string; readonly isHere: () => boolean }[] = [
  { name: 'chromium', isHere: () => existsSync('/usr/bin/chromium') },
  { name: 'gnome-keyring', isHere: () => onPath('gnome-keyring-daemon') },
  { name: 'libsecret-1-0', isHere: () => hasLibrary('libsecret-1.so.0') },
  { name: 'dbus', isHere: () => onPath('dbus-run-session') },
  { name: 'xvfb', isHere: () => onPath('Xvfb') },
];

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
}

function hasLibrary(soname: string): boolean {
  const known = ['ldconfig', '/sbin/ldconfig'].map((tool) => spawnSync(tool, ['-p'], { encoding: 'utf8' }));
  return known.some(({ stdout }) => stdout?.includes(soname) ?? false);
}

function missingPackages(): string[] {
  return NEEDED.filter(({ isHere }) => !isHere()).map(({ name }) => name);
}

/**
 * Puts in place what the tests need from the system: installed where we are root on Debian, otherwise named.
 * @returns a sentence that says what to do, or undefined when everything is here
 */
export function provideSystemPackages(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const missing = missingPackages();
  if (missing.length === 0) return undefined;
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  const byHand = `The tests need these packages of the system: ${missing.join(', ')}. Install them with: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return byHand;

  console.log(`Installing ${missing.join(', ')} with apt-get.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update', '-qq'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status !== 0) return `apt-get ${args[0]} failed:\n${stdout}${stderr}\n${byHand}`;
  }
  const still = missingPackages();
  return still.length === 0
    ? undefined
    : `apt-get installed what it was asked for, yet these are not found: ${still.join(', ')}.`;
}
