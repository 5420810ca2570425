import { writeSync } from 'node:fs';
import { claimDataFolder } from '../../src-main/control/owner-lock.ts';

/** One program that wants a data folder: claims at each byte on standard input, says how it went, lives on. */
const dataDir = process.argv[2] ?? '';
writeSync(1, 'waiting\n');
process.stdin.on('data', () => {
  void claimDataFolder({
    dataDir,
    onConnection: (socket) => socket.write(`${JSON.stringify({ hello: { pid: process.pid } })}\n`),
  }).then((result) => writeSync(1, `${JSON.stringify(result.ok ? { won: true } : result.problem)}\n`));
});
