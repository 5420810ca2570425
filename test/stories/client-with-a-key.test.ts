import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src-main/engine/config/parse-config.ts';
import { sentenceFor } from '../../src-main/engine/model/words.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

function makeKey(kind: 'ES256' | 'RS256') {
  const { privateKey, publicKey } =
    kind === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: kind };
  return { pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), jwk };
}

describe('R2 a configured client with a private key', () => {
  test.each(['ES256', 'RS256'] as const)(
    'R2 signs in, renews after a restart and signs out by private_key_jwt (%s)',
    async (kind) => {
      const { pem, jwk } = makeKey(kind);
      const client = {
        client_id: 'signer',
        application_type: 'native' as const,
        token_endpoint_auth_method: 'private_key_jwt' as const,
        token_endpoint_auth_signing_alg: kind,
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
        jwks: { keys: [jwk] },
      };
      const authorizationServer = await openAuthorizationServer({ clients: [client] });
      const mcp = await openMcpServer({ authorizationServer });
      const household = await openHousehold({
        servers: { linear: { url: mcp.url, clientId: 'signer', clientPrivateKey: '${SIGNING_KEY}' } },
        env: { SIGNING_KEY: pem.replaceAll('\n', '\\n') },
        secrets: [pem.split('\n')[1] ?? pem],
      });
      await household.reached('linear', 'login-needed');
      await household.signInTo('linear');
      expect((await initialize(household)).message.result).toBeDefined();
      await household.restart();
      await household.reached('linear', 'ready');
      await household.clock.advance(3_000_000);
      await authorizationServer.until((counts) => counts.refreshes === 1);
      await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
      await household.engine.logout('linear');
      expect(authorizationServer.counts).toMatchObject({ registrations: 0, codeExchanges: 1, refreshes: 1 });
      expect(authorizationServer.counts.revocations).toBeGreaterThan(0);
    },
  );

  test.each([
    ['"clientPrivateKey": "-----BEGIN PRIVATE KEY-----"', 'a private key does not belong into this file'],
    ['"clientPrivateKey": "${KEY}"', 'this is no private key in PEM form'],
    ['"clientPrivateKey": "${KEY}", "clientSecret": "${KEY}"', 'a client has a key or a secret'],
  ])('R2 refuses %s without quoting it', (members, expected) => {
    const text = `{"mcpServers":{"a":{"url":"https://a.example/mcp","clientId":"c",${members}}}}`;
    const parsed = parseConfig(text, 'config.json', { KEY: 'hush-hush' });
    const sentence = parsed.ok ? 'no mistake' : sentenceFor(parsed.problem);
    expect(sentence).toContain(expected);
    expect(sentence).not.toMatch(/hush|BEGIN/);
  });
});
