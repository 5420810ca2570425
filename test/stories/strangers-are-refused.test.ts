import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { send } from '../endpoint/raw-request.ts';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

const PATHS = [
  '/',
  '/mcp',
  '/mcp/linear',
  '/mcp/unknown',
  '/oauth/done/unknown',
  '/oauth/start/guess',
  '/.well-known/oauth-protected-resource/mcp/linear',
  '/.well-known/oauth-authorization-server',
  '/register',
  '/authorize',
  '/token',
  '/favicon.ico',
];

async function aSignedInHouse() {
  const one = await openSignedIn(3600);
  await initialize(one.household);
  one.mcp.resetCounts();
  one.authorizationServer.resetCounts();
  const { endpoint } = one.household.view('linear');
  const { origin, port } = new URL(endpoint);
  const before = JSON.stringify([one.household.view('linear').state, [...one.household.vault.values]]);
  /** Nothing reached any server, and nothing of ours changed. */
  const expectUntouched = (): void => {
    expect(one.mcp.counts.requests).toBe(0);
    expect(one.authorizationServer.log).toEqual([]);
    expect(one.household.browser.pages).toEqual([]);
    expect(JSON.stringify([one.household.view('linear').state, [...one.household.vault.values]])).toBe(before);
  };
  return { ...one, origin, port: Number(port), expectUntouched };
}

describe('41 strangers', () => {
  test.each([
    ['a page of a foreign site', { origin: 'https://evil.example' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['a name that was bent to this machine', { host: 'evil.example' }],
    ['both', { origin: 'http://evil.example', host: 'evil.example' }],
  ])('41 %s, even with a good key, is refused on every path and by every method', async (_who, headers) => {
    const { household, origin, expectUntouched } = await aSignedInHouse();
    const all = { authorization: `Bearer ${household.key}`, 'content-type': 'application/json', ...headers };
    for (const path of PATHS) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS', 'PUT']) {
        const answer = await send(origin, { path, method, headers: all });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    expectUntouched();
  });

  test('41 without a key every path that reaches a server is refused', async () => {
    const { origin, expectUntouched } = await aSignedInHouse();
    for (const path of ['/mcp', '/mcp/linear', '/mcp/unknown']) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        expect((await send(origin, { path, method })).status).toBe(403);
      }
    }
    expectUntouched();
  });

  test('41 the callback is open to pages of others, and wants a live state', async () => {
    const { origin, expectUntouched } = await aSignedInHouse();
    const headers = { origin: 'https://evil.example', referer: 'https://evil.example/', cookie: 'a=b' };
    for (const query of ['', '?state=x&code=y', '?error=access_denied&state=x', '?code=y']) {
      const answer = await send(`${origin}/oauth/callback${query}`, { headers });
      expect([answer.status, answer.headers.location]).toEqual([303, '/oauth/done/unknown']);
    }
    expectUntouched();
  });

  test('41 nobody of another machine finds the endpoint: it listens on loopback only', async () => {
    const { port, expectUntouched } = await aSignedInHouse();
    const outside = Object.values(networkInterfaces())
      .flat()
      .flatMap((address) => (address && !address.internal && address.family === 'IPv4' ? [address.address] : []));
    for (const host of [...outside, '127.0.0.2']) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect(port, host);
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
        socket.once('close', () => socket.destroy());
      });
      expect([host, reached]).toEqual([host, false]);
    }
    expectUntouched();
  });

  test('41 a key can be withdrawn, and is worth nothing from then on', async () => {
    const { household, mcp, expectUntouched } = await aSignedInHouse();
    await household.engine.removeCaller('story');
    // Its session is ended at the server.
    await mcp.until(({ requests }) => requests === 1);
    mcp.resetCounts();
    expect((await initialize(household)).status).toBe(403);
    expectUntouched();
  });
});
