import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, openOneServer } from './one-server.ts';

const toClose: Server[] = [];

afterEach(async () => {
  await closeEverything();
  for (const server of toClose.splice(0)) await new Promise((done) => server.close(done));
});

function listening(host: string, port = 0): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((_request, response) => void response.end('somebody else'));
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

async function freePort(): Promise<number> {
  const server = await listening('127.0.0.1');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function isAnswered(host: string, port: number): Promise<boolean> {
  try {
    await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
    return true;
  } catch {
    return false;
  }
}

async function untilNobodyListens(port: number): Promise<void> {
  await expect.poll(() => isAnswered('127.0.0.1', port), { timeout: 8000 }).toBe(false);
}

async function click(household: Household) {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value.authorizationUrl;
}

describe('R5 a redirect address of a server of its own', () => {
  test('R5 it is registered, asked for and exchanged as it is spelled, and listened at for the time of the flow', async () => {
    const redirectUri = `http://localhost:${await freePort()}/Some/callback`;
    const port = Number(new URL(redirectUri).port);
    const { authorizationServer, household } = await openOneServer({ entry: { redirectUri } });
    expect(await isAnswered('127.0.0.1', port)).toBe(false);
    const url = await click(household);
    expect(new URL(url).searchParams.get('redirect_uri')).toBe(redirectUri);
    expect(await isAnswered('127.0.0.1', port)).toBe(true);
    const page = await signIn(url);
    expect(page.body).toContain('Signed in to linear');
    // The page at the end is the endpoint's own: it outlives the listener.
    expect(page.finalUrl.startsWith(new URL(household.view('linear').endpoint).origin)).toBe(true);
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts.codeExchanges).toBe(1);
    await untilNobodyListens(port);
  });

  test('R5 it is listened at again after a restart between browser and callback', async () => {
    const port = await freePort();
    const { household } = await openOneServer({ entry: { redirectUri: `http://127.0.0.1:${port}/cb` } });
    const url = await click(household);
    await household.restart();
    await household.reached('linear', 'logging-in');
    expect((await signIn(url)).body).toContain('Signed in to linear');
    await household.reached('linear', 'ready');
    await untilNobodyListens(port);
  });

  test('R5 a cancelled flow ends the listener', async () => {
    const port = await freePort();
    const { household } = await openOneServer({ entry: { redirectUri: `http://127.0.0.1:${port}/cb` } });
    await click(household);
    household.engine.cancelLogin('linear');
    await untilNobodyListens(port);
  });

  test('5 R5 another program has its port: said so, nothing is registered, and no other address takes its place', async () => {
    const other = await listening('127.0.0.1');
    toClose.push(other);
    const { port } = other.address() as AddressInfo;
    const redirectUri = `http://localhost:${port}/cb`;
    const { authorizationServer, household } = await openOneServer({ entry: { redirectUri } });
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    expect(started).toMatchObject({ ok: false, problem: { code: 'redirect-unavailable', redirectUri } });
    expect(authorizationServer.counts.registrations).toBe(0);
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'redirect-unavailable' } });
  });

  test('R5 nothing but the callback is answered there', async () => {
    const port = await freePort();
    const { household } = await openOneServer({ entry: { redirectUri: `http://127.0.0.1:${port}/cb` } });
    await click(household);
    for (const [path, method] of [
      ['/mcp/linear', 'POST'],
      ['/cb', 'POST'],
      ['/', 'GET'],
    ] as const) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { method })).status).toBe(404);
    }
    expect((await fetch(`http://127.0.0.1:${port}/cb?state=x&code=y`)).status).toBe(404);
    expect(household.state('linear').kind).toBe('logging-in');
  });
});
