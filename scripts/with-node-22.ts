// `tsx scripts/with-node-22.ts SCRIPT [ARGUMENT...]`: runs a script, and what it starts, with Node 22.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { node22 } from './node-22.ts';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('Usage: tsx scripts/with-node-22.ts SCRIPT [ARGUMENT...]');
  process.exit(2);
}
const node = node22();
const { status } = spawnSync(node, [script, ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` },
});
process.exit(status ?? 1);
