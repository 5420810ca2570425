import { generateKeyPairSync } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src-main/engine/config/parse-config.ts';
import { openHousehold } from './household.ts';
import { closeEverything, editConfig, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

const OLD = 'hush-hush-old';
const NEW = 'hush-hush-new';

describe('R1 the configured client as it is configured now', () => {
  test('R1 a secret that was changed in config.json is used by the next renewal, without a sign-in', async () => {
    const authorizationServer = await openAuthorizationServer({
      clients: [
        {
          client_id: 'ours',
          client_secret: OLD,
          application_type: 'native',
          redirect_uris: ['http://127.0.0.1/oauth/callback'],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      behaviour: { metadataChanges: { token_endpoint_auth_methods_supported: ['client_secret_post'] } },
    });
    const mcp = await openMcpServer({ authorizationServer });
    const entry = { url: mcp.url, clientId: 'ours' };
    const household = await openHousehold({
      servers: { linear: { ...entry, clientSecret: '${OLD}' } },
      env: { OLD, NEW },
      secrets: [OLD, NEW],
    });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    await editConfig(household, { linear: { ...entry, clientSecret: '${NEW}' } });
    await household.reached('linear', 'ready');
    // The new secret is not the server's yet: its refusal shows that it, not the stored one, was sent.
    await household.clock.advance(3_000_000);
    await authorizationServer.until((_counts, log) => log.some(({ error }) => error === 'invalid_client'));
    await household.until(() => household.view('linear').login?.renewable === false, 'refused');
    await editConfig(household, { linear: { ...entry, clientSecret: '${OLD}' } });
    await household.until(() => household.view('linear').login?.renewable === true, 'heard of');
    await household.clock.advance(1000);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed with the right one');
    expect(household.browser.pages).toEqual([]);
  });
});

describe('R2 a key in a file', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const text = (members: string): string =>
    `{"mcpServers": {\n "a": {"url": "https://mcp.example/mcp", "clientId": "c",\n  ${members}}}}`;

  test('R2 is read for its server, with its kid', () => {
    const parsed = parseConfig(
      text('"clientPrivateKeyFile": "${KEYS}/our.pem", "clientPrivateKeyId": "k1"'),
      'config.json',
      { KEYS: '/keys' },
      (path) => (path === '/keys/our.pem' ? { ok: true, text: pem } : { ok: false, why: 'ENOENT' }),
    );
    if (!parsed.ok) throw new Error(parsed.problem.code);
    const [server] = parsed.value.config.servers;
    expect(server?.client?.privateKey?.reveal()).toBe(pem);
    expect(server?.client?.privateKeyId).toBe('k1');
  });

  test('R2 that is not there holds up its server alone; one that is no key is a mistake that quotes nothing', () => {
    const missing = parseConfig(text('"clientPrivateKeyFile": "our.pem"'), 'config.json', {});
    expect(missing).toMatchObject({
      ok: true,
      value: { serverProblems: [{ name: 'a', problem: { line: 3, detail: 'the file cannot be read (ENOENT).' } }] },
    });
    const wrong = parseConfig(text('"clientPrivateKeyFile": "our.pem"'), 'config.json', {}, () => ({
      ok: true,
      text: 'hush-hush',
    }));
    expect(wrong).toMatchObject({
      ok: false,
      problem: { line: 3, key: 'mcpServers.a.clientPrivateKeyFile', detail: expect.stringContaining('PEM') },
    });
    expect(JSON.stringify(wrong)).not.toContain('hush-hush');
  });

  test.each([
    ['"clientPrivateKeyFile": "k", "clientSecret": "${S}"', 'one key or secret'],
    ['"clientPrivateKeyId": "k"', 'it needs a "clientPrivateKeyFile"'],
    ['"grant": "password"', 'it has to be one of'],
  ])('R2 refuses %s', (members, expected) => {
    const parsed = parseConfig(text(members), 'config.json', { S: 's' });
    expect(parsed).toMatchObject({ ok: false, problem: { detail: expect.stringContaining(expected) } });
  });

  test('R2 beside config.json is found by its name', async () => {
    const household = await openHousehold({ servers: {}, secrets: [pem.split('\n')[1] ?? pem] });
    // Outside of what is searched for secrets, as a person would keep it.
    const file = join(household.dataDir, '..', `gatehouse-key-${process.pid}.pem`);
    await writeFile(file, pem, { mode: 0o600 });
    const relative = `../gatehouse-key-${process.pid}.pem`;
    await editConfig(household, {
      a: { url: 'http://127.0.0.1:9/mcp', clientId: 'c', clientPrivateKeyFile: relative, grant: 'client_credentials' },
    });
    const waiting = await household.reached('a', 'waiting');
    expect(waiting, 'its key was read').toMatchObject({ problem: { code: 'network-unreachable' } });
    await rm(file);
  });
});
