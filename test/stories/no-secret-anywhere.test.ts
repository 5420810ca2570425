import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createHandlers, createSubscribe } from '../../src-main/control/handlers.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';
import { startTokenTap, type TokenTap } from './token-tap.ts';

const taps: TokenTap[] = [];

afterEach(async () => {
  await closeEverything();
  for (const tap of taps.splice(0)) await tap.close();
});

const CLIENT_SECRET = 'client-secret-of-the-story-0123456789';
const HEADER_SECRET = 'header-secret-of-the-story-0123456789';

async function aHouseWithATap() {
  const authorizationServer = await openAuthorizationServer({
    clients: [
      {
        client_id: 'configured',
        client_secret: CLIENT_SECRET,
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
  });
  const tap = await startTokenTap(`${authorizationServer.issuer}/token`);
  taps.push(tap);
  authorizationServer.changeMetadata({ token_endpoint: tap.url });
  const mcp = await openMcpServer({ authorizationServer });
  const guarded = await openMcpServer({ guard: { admits: { header: 'X-Api-Key', value: HEADER_SECRET } } });
  const household = await openHousehold({
    servers: {
      linear: mcp.url,
      configured: { url: mcp.url, clientId: 'configured', clientSecret: '${CLIENT_SECRET}' },
      keyed: { url: guarded.url, headers: { 'X-Api-Key': '${HEADER_SECRET}' } },
    },
    env: { CLIENT_SECRET, HEADER_SECRET },
    secrets: [CLIENT_SECRET, HEADER_SECRET],
  });
  return { authorizationServer, mcp, guarded, household, tap };
}

/** A client of the control socket or the window, with everything that it was told. */
function client({ engine, dataDir }: Household, told: unknown[]): Handlers {
  const program = {
    version: '0',
    pid: 1,
    dataDir,
    command: { file: '/usr/bin/node', args: ['/gatehouse/cli.js'] },
    demo: 'absent' as const,
    openWindow: () => ({}),
    startDemo: async () => fail({ code: 'not-available', detail: 'no demo' }),
    settings: {
      theme: 'system' as const,
      language: 'system' as const,
      logLevel: 'info' as const,
      saveTheme: async () => ok(undefined),
      saveLanguage: async () => ok(undefined),
      setLogLevel: () => {},
      startAtLogin: {
        state: 'not-here' as const,
        set: async () => ok(undefined),
        onChange: () => () => {},
      },
      commandLineTool: {
        state: { kind: 'not-here' as const },
        set: async () => ok(undefined),
        onChange: () => () => {},
      },
    },
    stop: () => {},
  };
  createSubscribe(engine, program)((_event, data) => told.push(data));
  return createHandlers(engine, program);
}

describe('42 with debug logging on and everything exercised', () => {
  test('42 no token, code, verifier, state, secret or key is in the log, on disk, in an error, a view or an event', async () => {
    const { authorizationServer, mcp, guarded, household, tap } = await aHouseWithATap();
    const told: unknown[] = [];
    const handlers = client(household, told);
    const seen: unknown[] = [];
    const secrets = new Set<string>([CLIENT_SECRET, HEADER_SECRET, household.key]);
    const call = async (server: string): Promise<void> => {
      const answer = await initialize(household, server);
      seen.push(answer.status === 200 && answer.message.result ? 'answered' : answer.body);
    };
    const click = async (server: string): Promise<string> => {
      const started = await household.engine.startLogin(server, { openBrowser: false, startOver: true });
      if (!started.ok) throw new Error(`no sign-in: ${JSON.stringify(started.problem)}`);
      const url = new URL(started.value.authorizationUrl);
      secrets.add(url.searchParams.get('state') ?? '');
      return url.href;
    };
    for (const name of ['linear', 'configured']) await household.reached(name, 'login-needed');
    await household.reached('keyed', 'ready');
    for (const name of ['linear', 'configured', 'keyed']) await call(name);

    // Refused by the person, refused at the exchange, pasted in, done in the browser.
    await signIn(await click('linear'), { refuse: true });
    authorizationServer.refuseCodeExchange('invalid_grant', { times: 1, description: 'not this time' });
    await signIn(await click('linear'));
    const { callbackUrl = '' } = await signIn(await click('linear'), { stopBeforeCallback: true });
    seen.push(await household.engine.pasteCallback('keyed', callbackUrl));
    seen.push(await household.engine.pasteCallback('linear', callbackUrl));
    seen.push(await household.engine.pasteCallback('linear', callbackUrl));
    await signIn(await click('configured'));
    await household.reached('configured', 'ready');

    // Calls that work, are refused, step up, break off; refreshes that work, fail and end the grant.
    for (const name of ['linear', 'configured', 'keyed']) await call(name);
    authorizationServer.endAccessTokens();
    await Promise.all([call('linear'), call('configured')]);
    mcp.requireScope('mcp', 'admin');
    await call('linear');
    mcp.requireScope();
    mcp.hangUpOn();
    await call('linear');
    mcp.rejectAllTokens();
    await call('linear');
    mcp.acceptTokens();
    guarded.admitOnlyHeader('X-Api-Key', 'another');
    await call('keyed');
    const added = await handlers.addCaller({ name: 'editor' });
    if (!added.ok) throw new Error('not added');
    secrets.add(added.value.key);
    await initialize(household, 'linear', { key: added.value.key });
    await initialize(household, 'linear', { key: 'gate_wrong-key-of-the-story-0123456789' });
    secrets.add('gate_wrong-key-of-the-story-0123456789');
    await handlers.removeCaller({ name: 'editor' });
    household.vault.failNextWrite();
    authorizationServer.endAccessTokens();
    await call('linear');
    await household.restart();
    const handlersNow = client(household, told);
    await household.sleep('2 h');
    for (const name of ['linear', 'configured']) await call(name);
    await household.engine.logout('linear');
    authorizationServer.endGrants();
    await call('configured');
    await household.engine.removeServer('keyed');

    seen.push(await handlersNow.status({}), household.engine.view());
    for (const secret of tap.secrets) secrets.add(secret);
    secrets.delete('');
    // Codes, verifiers, access and refresh tokens of every kind really passed.
    expect(tap.secrets.size).toBeGreaterThan(15);

    const files = await Promise.all(
      (await readdir(household.dataDir, { withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFile(join(household.dataDir, name), 'utf8')),
    );
    const places = {
      log: JSON.stringify(household.logger.lines),
      'log, inspected': inspect(household.logger.lines, { depth: 20 }),
      files: files.join('\n'),
      'answers and errors': JSON.stringify(seen),
      'views, inspected': inspect(seen, { depth: 20, maxStringLength: null }),
      events: JSON.stringify(told.map((event) => withoutLink(event))),
      argv: process.argv.join(' '),
      environment: JSON.stringify(process.env),
      'the rest of the lines': household.logger.lines.map(({ fields }) => Object.values(fields).join(' ')).join('\n'),
    };
    expect(told.length).toBeGreaterThan(10);
    expect(household.logger.lines.length).toBeGreaterThan(100);
    for (const [place, text] of Object.entries(places)) {
      const found = [...secrets].filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
      expect([place, found.length]).toEqual([place, 0]);
    }
  });
});

/** The link of a sign-in under way is shown to the person, state and all: that is what it is for. */
function withoutLink(event: unknown): unknown {
  return JSON.parse(
    JSON.stringify(event ?? null, (name, value: unknown) => (name === 'authorizationUrl' ? undefined : value)),
  );
}
