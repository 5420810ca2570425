import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addressKind } from '../../src-main/adapters/address-kind.ts';
import { isAlive } from '../servers/is-alive.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

async function nothingIsLeft(household: Household): Promise<void> {
  expect(household.engine.view().servers).toEqual([]);
  expect(household.browser.pages).toEqual([]);
  expect([...household.vault.values.keys()]).toEqual([]);
  expect(JSON.parse(await readFile(join(household.dataDir, 'config.json'), 'utf8'))).toEqual({ mcpServers: {} });
}

const SMALL = join(import.meta.dirname, '../servers/stdio-server.process.mjs');

describe('a server is looked at before it is added', () => {
  test('R1 S1 behind a login: who signs in, for what, and that Gatehouse can register; and nothing is left behind', async () => {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: {} });
    expect(await household.engine.lookAt({ url: mcp.url })).toEqual({
      ok: true,
      value: {
        transport: 'http',
        access: {
          kind: 'sign-in',
          issuer: authorizationServer.issuer,
          guessed: false,
          registration: 'dynamic',
          scopes: expect.arrayContaining(['mcp', 'offline_access']),
        },
      },
    });
    expect(authorizationServer.counts).toMatchObject({ registrations: 0, authorizations: 0 });
    await nothingIsLeft(household);
  });

  test('6 R1 one that registers nobody: that a client id is needed, unless one is given', async () => {
    const authorizationServer = await openAuthorizationServer();
    authorizationServer.offerNoRegistration();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: {} });
    const registrationOf = async (clientId?: string) => {
      const found = await household.engine.lookAt({ url: mcp.url, ...(clientId === undefined ? {} : { clientId }) });
      return found.ok && found.value.access.kind === 'sign-in' ? found.value.access.registration : found;
    };
    expect(await registrationOf()).toBe('client-id-needed');
    expect(await registrationOf('mine')).toBe('configured');
  });

  test.each([
    ['modern', { transport: 'http', era: 'modern', serverName: 'test-modern-upstream' }],
    ['sdk', { transport: 'http', era: 'legacy', serverName: 'test-sdk-upstream' }],
    ['sdk-sse', { transport: 'sse', era: 'legacy' }],
  ] as const)(
    'M4 L4 an open server of kind "%s" is told with transport and era, and no session stays',
    async (upstream, found) => {
      const mcp = await openMcpServer({ upstream, guard: { admits: 'everybody' } });
      const household = await openHousehold({ servers: {} });
      const looked = await household.engine.lookAt({ url: mcp.url });
      expect(looked).toMatchObject({ ok: true, value: { ...found, access: { kind: 'open' } } });
      await household.until(() => mcp.counts.openStreams === 0, 'no stream is open');
      // The last request was the one that ended the session.
      if (upstream === 'sdk') expect(mcp.counts.requests).toBe(3);
      await nothingIsLeft(household);
    },
  );

  test('D7 8 a configured header that is refused: no sign-in is looked for', async () => {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: {}, env: { KEY: 'wrong' } });
    expect(await household.engine.lookAt({ url: mcp.url, headers: { Authorization: '${KEY}' } })).toMatchObject({
      ok: true,
      value: { access: { kind: 'refused', status: 401 } },
    });
    expect(authorizationServer.counts.metadataRequests).toBe(0);
  });

  test('43 D8 a server on the internet whose metadata points inward: told, and nothing is sent there', async () => {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    mcp.changeMetadata({ authorization_servers: ['http://127.0.0.2:9'] });
    const household = await openHousehold({
      servers: {},
      http: { addressKind: (address) => (address === '127.0.0.1' ? undefined : addressKind(address)) },
    });
    expect(await household.engine.lookAt({ url: mcp.url })).toMatchObject({
      ok: true,
      value: { access: { kind: 'sign-in-unclear', problem: { code: 'address-not-public', host: '127.0.0.2:9' } } },
    });
  });

  test.each([
    [{ status: 200, body: '<p>Welcome', headers: { 'content-type': 'text/html' } }, 'bad-answer'],
    [{ status: 404, body: 'no' }, 'bad-answer'],
    [{ status: 200, body: '{"hello":"world"}', headers: { 'content-type': 'application/json' } }, 'bad-answer'],
    [{ status: 503, body: 'later' }, 'server-error'],
  ] as const)('44 what is no MCP server is not called one: %j', async (answer, code) => {
    const mcp = await openMcpServer({ guard: { admits: 'everybody' } });
    mcp.answerWith(answer);
    const household = await openHousehold({ servers: {} });
    expect(await household.engine.lookAt({ url: mcp.url })).toMatchObject({ ok: false, problem: { code } });
  });

  test('a mistake is told at its field, as when it were added', async () => {
    const household = await openHousehold({ servers: {} });
    expect(await household.engine.lookAt({ url: 'nonsense' })).toMatchObject({
      problem: { code: 'invalid-input', field: 'url' },
    });
    expect(await household.engine.lookAt({ command: 'true', cwd: 'relative' })).toMatchObject({
      problem: { code: 'invalid-input', field: 'cwd' },
    });
  });

  test('L4 a program is started once, heard and ended, with what it started', async () => {
    const runs = join(tmpdir(), `gatehouse-runs-${crypto.randomUUID()}`);
    const household = await openHousehold({ servers: {}, env: { RUNS_FILE: runs } });
    const entry = { command: process.execPath, args: [SMALL], env: { RUNS: '${RUNS_FILE}', HELPER: 'yes' } };
    expect(await household.engine.lookAt({ ...entry, cwd: join(import.meta.dirname, '../..') })).toEqual({
      ok: true,
      value: { transport: 'stdio', era: 'legacy', serverName: 'test-stdio', access: { kind: 'open' } },
    });
    const [line = '', ...more] = (await readFile(runs, 'utf8')).trim().split('\n');
    expect(more).toEqual([]);
    for (const pid of line.split(' ').map(Number)) expect(isAlive(pid)).toBe(false);
    await rm(runs, { force: true });
    await nothingIsLeft(household);
  });

  test('a command that is not there is told as such', async () => {
    const household = await openHousehold({ servers: {} });
    expect(await household.engine.lookAt({ command: 'no-such-command-anywhere' })).toMatchObject({
      ok: false,
      problem: { code: 'program-not-found' },
    });
  });
});
