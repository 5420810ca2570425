import { afterAll, describe, expect, test } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../../src-main/engine/model/token-set.ts';
import { requestDeviceAuthorization } from '../../src-main/engine/oauth/device-authorization.ts';
import { requestDeviceToken } from '../../src-main/engine/oauth/token-request.ts';
import { type Answer, startAnsweringServer } from './answering-server.ts';
import { publicClient, secretClient, serverAt } from './clients.ts';

const http = createHttp();
afterAll(() => http.close());

const NOON = Date.UTC(2026, 5, 1, 12);
const RESOURCE = 'https://mcp.example/mcp';
const GOOD = {
  device_code: 'dc-1',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.example/device',
  verification_uri_complete: 'https://login.example/device?user_code=WDJB-MJHT',
  expires_in: 1800,
  interval: 7,
};

async function ask(
  answer: Answer,
  over: {
    client?: ClientRegistration;
    resource?: string;
    scope?: string | undefined;
    server?: Partial<AuthorizationServer>;
  } = {},
) {
  const server = await startAnsweringServer();
  server.answer('POST /device', answer);
  const deviceAuthorizationEndpoint = `${server.origin}/device`;
  const asked = await requestDeviceAuthorization(
    {
      authorizationServer: serverAt(server.origin, { deviceAuthorizationEndpoint, ...over.server }),
      client: over.client ?? publicClient(),
      resource: over.resource ?? RESOURCE,
      scope: 'scope' in over ? over.scope : 'mcp',
    },
    http,
    () => NOON,
  );
  return { asked, server };
}

describe('10 requestDeviceAuthorization (RFC 8628 3.1)', () => {
  test('F4 10 sends the scope, the resource and the client, and reads the answer', async () => {
    const { asked, server } = await ask({ body: GOOD });
    expect(Object.fromEntries(server.received[0]?.form ?? [])).toEqual({
      scope: 'mcp',
      resource: RESOURCE,
      client_id: 'client-1',
    });
    expect(asked).toEqual({
      ok: true,
      value: {
        deviceCode: new Secret('dc-1'),
        userCode: 'WDJB-MJHT',
        verificationUri: GOOD.verification_uri,
        verificationUriComplete: GOOD.verification_uri_complete,
        expiresAt: NOON + 1_800_000,
        intervalMs: 7000,
      },
    });
    expect(JSON.stringify(asked)).not.toContain('dc-1');
  });

  test('10 a client with a secret proves itself; an empty resource is left out', async () => {
    const { server } = await ask({ body: GOOD }, { client: secretClient('client_secret_basic'), resource: '' });
    expect(server.received[0]?.headers.authorization).toMatch(/^Basic /);
    expect(server.received[0]?.form.has('resource')).toBe(false);
  });

  test.each<[string, object, object]>([
    ['no interval: five seconds', { interval: undefined }, { intervalMs: 5000 }],
    ['an interval of nothing', { interval: 0 }, { intervalMs: 5000 }],
    ['an interval that would be a hot loop', { interval: 0.01 }, { intervalMs: 1000 }],
    ['numbers as strings', { interval: '9', expires_in: '60' }, { intervalMs: 9000, expiresAt: NOON + 60_000 }],
    [
      "Google's name for the address",
      { verification_uri: undefined, verification_url: 'https://www.google.com/device' },
      { verificationUri: 'https://www.google.com/device' },
    ],
    [
      'an address with a fragment',
      { verification_uri: 'https://login.example/#/device' },
      { verificationUri: 'https://login.example/#/device' },
    ],
  ])('10 takes %s', async (_title, change, expected) => {
    expect((await ask({ body: { ...GOOD, ...change } })).asked).toMatchObject({ ok: true, value: expected });
  });

  test.each<[string, object]>([
    ['device_code', { device_code: '' }],
    ['device_code', { device_code: 7 }],
    ['user_code', { user_code: undefined }],
    ['user_code', { user_code: 'AB\u202ECD' }],
    ['user_code', { user_code: 'AB\nCD' }],
    ['user_code', { user_code: 'A'.repeat(65) }],
    ['verification_uri', { verification_uri: undefined }],
    ['verification_uri_complete', { verification_uri_complete: 7 }],
    ['expires_in', { expires_in: undefined }],
    ['expires_in', { expires_in: -1 }],
  ])('10 refuses an answer without a valid %s', async (member, change) => {
    const { asked } = await ask({ body: { ...GOOD, ...change } });
    expect(asked).toMatchObject({ ok: false, problem: { code: 'bad-answer' } });
    expect(JSON.stringify(asked)).toContain(member);
  });

  test.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://login.example/device',
    'https://user:pass@login.example/device',
    '--flag',
    'https://login.example/$(calc)',
  ])('F5 40 refuses the address %s in either place', async (address) => {
    for (const member of ['verification_uri', 'verification_uri_complete']) {
      const { asked } = await ask({ body: { ...GOOD, [member]: address } });
      expect(asked).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what: member } });
    }
  });

  test.each<[string, Answer, object]>([
    [
      'a refusal',
      { status: 400, body: { error: 'invalid_client', error_description: 'Who?' } },
      { code: 'token-endpoint-error', error: 'invalid_client', description: 'Who?' },
    ],
    ['503', { status: 503 }, { code: 'server-error' }],
    ['a page', { body: '<html>' }, { code: 'bad-answer' }],
    ['a redirect', { status: 302, headers: { location: '/' } }, { code: 'bad-answer' }],
  ])('10 tells %s', async (_title, answer, problem) => {
    expect((await ask(answer)).asked).toMatchObject({ ok: false, problem });
  });

  test('F5 10 asks neither where nothing is offered nor at an unsafe endpoint', async () => {
    const { deviceAuthorizationEndpoint: _none, ...without } = serverAt('https://login.example');
    const client = publicClient();
    const input = { client, resource: RESOURCE };
    expect(await requestDeviceAuthorization({ ...input, authorizationServer: without }, http, () => NOON)).toEqual({
      ok: false,
      problem: { code: 'device-unavailable', issuer: 'https://login.example' },
    });
    const { asked, server } = await ask(
      { body: GOOD },
      { server: { deviceAuthorizationEndpoint: 'http://login.example/device' } },
    );
    expect(asked).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
    expect(server.received).toEqual([]);
  });
});

describe('10 requestDeviceAuthorization where there is less', () => {
  test('S1 sends no scope where none was chosen', async () => {
    const { server } = await ask({ body: GOOD }, { scope: undefined });
    expect(server.received[0]?.form.has('scope')).toBe(false);
  });

  test('34 says that nobody is there', async () => {
    const { asked } = await ask({}, { server: { deviceAuthorizationEndpoint: 'http://127.0.0.1:9/device' } });
    expect(asked).toMatchObject({ ok: false, problem: { code: 'network-unreachable' } });
  });
});

describe('10 requestDeviceToken (RFC 8628 3.4)', () => {
  async function poll(answer: Answer) {
    const server = await startAnsweringServer();
    server.answer('POST /token', answer);
    const granted = await requestDeviceToken(
      {
        authorizationServer: serverAt(server.origin),
        client: publicClient(),
        deviceCode: new Secret('dc-1'),
        resource: RESOURCE,
      },
      http,
      () => NOON,
    );
    return { granted, server };
  }

  test('F4 10 sends the device code with the resource', async () => {
    const { granted, server } = await poll({ body: { access_token: 'at-1', token_type: 'Bearer', expires_in: 60 } });
    expect(Object.fromEntries(server.received[0]?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'dc-1',
      resource: RESOURCE,
      client_id: 'client-1',
    });
    expect(granted).toMatchObject({ ok: true, value: { tokens: { expiresAt: NOON + 60_000 } } });
  });

  test.each(['authorization_pending', 'slow_down', 'expired_token', 'access_denied'])(
    '10 tells %s, also where it comes with status 200 as from GitHub',
    async (error) => {
      for (const status of [400, 200]) {
        const { granted } = await poll({ status, body: { error, error_description: 'code dc-1' } });
        expect(granted).toMatchObject({ ok: false, problem: { code: 'token-endpoint-error', error } });
        expect(JSON.stringify(granted)).not.toContain('dc-1');
      }
    },
  );
});
