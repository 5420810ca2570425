import { createPrograms } from '../../../src-main/adapters/programs/programs.ts';

/** Starts the program that its arguments name, with a fake of ours as its owner, and waits to be killed. */
const [command = '', ...args] = process.argv.slice(2);
createPrograms({ env: process.env }).start(
  { command, args, env: {} },
  {
    onStart: () => {},
    onOutput: (chunk) => process.stdout.write(chunk),
    onErrorOutput: (chunk) => process.stderr.write(chunk),
    onEnd: () => {},
  },
);
