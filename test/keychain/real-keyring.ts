import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Steers the gnome-keyring of `scripts/with-keyring.sh`. */

function gdbus(destination: string, path: string, method: string, ...args: string[]): string {
  const call = ['call', '--session', '--dest', destination, '--object-path', path, '--method', method, ...args];
  return execFileSync('gdbus', call, { encoding: 'utf8' });
}

export function lockKeyring(): void {
  const service = 'org.freedesktop.Secret.Service';
  const collection = '/org/freedesktop/secrets/collection/login';
  gdbus('org.freedesktop.secrets', '/org/freedesktop/secrets', `${service}.Lock`, `['${collection}']`);
}

/** Makes a collection the one that new items go to: `login`, or `session`, which is gone at logout. */
export function setDefaultCollection(name: 'login' | 'session'): void {
  const method = 'org.freedesktop.Secret.Service.SetAlias';
  const collection = `/org/freedesktop/secrets/collection/${name}`;
  gdbus('org.freedesktop.secrets', '/org/freedesktop/secrets', method, 'default', collection);
}

export function killKeyring(): void {
  const method = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
  const pid = /uint32 (\d+)/.exec(gdbus('org.freedesktop.DBus', '/', method, 'org.freedesktop.secrets'))?.[1];
  if (pid === undefined) throw new Error('no keyring runs');
  process.kill(Number(pid), 'SIGKILL');
}

/** Starts one with the same keyring file, unlocked; returns when it answers on the bus. */
export function startKeyring(): void {
  execFileSync('gnome-keyring-daemon', ['--replace', '--unlock', '--components=secrets'], {
    input: '\n',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** A person unlocks it. Headless, that is another daemon, which opens the same file with its password. */
export function unlockKeyring(): void {
  killKeyring();
  startKeyring();
}

/** Gives the keyring's prompter a display (Xvfb, package `xvfb`), on which nobody answers. */
export async function startDisplay(): Promise<{ stop(): Promise<void> }> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '640x480x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = (await once(server.stdout, 'data')) as [Buffer];
  execFileSync('dbus-update-activation-environment', [`DISPLAY=:${number.toString().trim()}`]);
  return {
    async stop() {
      execFileSync('dbus-update-activation-environment', ['DISPLAY=']);
      const exit = once(server, 'exit');
      server.kill();
      await exit;
    },
  };
}
