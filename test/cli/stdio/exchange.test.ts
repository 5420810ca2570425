import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type Ended, exchange } from '../../../src-main/cli/stdio/exchange.ts';

const SERVER = `
  const server = require('node:http').createServer((request, response) => request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json').end('{}');
  }));
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
`;

/** Kills it while nothing here can run: what its end did to our connections is still to be read afterwards. */
function killUnnoticed(pid: number, port: string): void {
  const line = 'kill -9 "$0"; while (exec 3<>"/dev/tcp/127.0.0.1/$1"); do :; done';
  execFileSync('bash', ['-c', line, String(pid), port], { stdio: 'ignore' });
}

test('an engine that was killed a moment ago is not asked over its old connection, where a call would be lost', async () => {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = String(await once(server.stdout, 'data'));
  const ask = (): Promise<Ended> =>
    exchange({
      method: 'POST',
      url: new URL(`http://127.0.0.1:${port}/`),
      headers: {},
      body: '{}',
      signal: new AbortController().signal,
      onMessage: () => {},
    });
  expect(await ask()).toEqual({ kind: 'done' });
  killUnnoticed(server.pid ?? 0, port);
  expect(await ask()).toEqual({ kind: 'refused' });
});
