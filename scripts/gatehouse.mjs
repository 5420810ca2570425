// `npm run -s gatehouse -- ...` from a checkout: the built CLI, built first where nothing is. Standard output belongs
// to the CLI alone. Plain JavaScript, because every command would pay for a TypeScript loader.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = fileURLToPath(new URL('../dist/main/cli.js', import.meta.url));

if (!existsSync(cli)) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const build = spawnSync(npm, ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) {
    process.stderr.write('The build failed, so there is no gatehouse to run.\n');
    process.exit(1);
  }
}

// npm runs scripts in the project's folder; paths on the command line are meant from where the person stands.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
