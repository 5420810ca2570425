// `npm run package [-- ARGUMENT...]`: the installable packages for this system, in dist/packages. Arguments go to
// electron-builder (`--publish always`, `-c.publish.provider=github`, ...). It fetches Electron, so it needs a network.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEB_LAUNCHER } from './launchers.ts';
import { packCommand, packNode } from './pack-command.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** The processors that electron-builder.yml names for each system. */
const PROCESSORS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['arm64', 'x64'],
  win32: ['arm64', 'x64'],
  linux: ['x64'],
};

function node(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const { platform } = process;
const processors = PROCESSORS[platform];
if (!processors) {
  console.error(`There are packages for macOS, Windows and Linux, none for ${platform}.`);
  process.exit(1);
}
node('electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']);
for (const arch of processors) {
  // electron-builder.yml takes it from here.
  const folder = path.join(ROOT, 'dist/command', `${platform}-${arch}`, 'command');
  await packCommand(folder, { platform, arch });
  packNode(folder, { platform, arch });
}
if (platform === 'linux') writeFileSync(path.join(ROOT, 'dist/command/gatehouse'), DEB_LAUNCHER, { mode: 0o755 });
node('electron-builder/cli.js', process.argv.slice(2));
