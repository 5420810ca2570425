import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import {
  discoverAuthorizationServer,
  fallbackAuthorizationServer,
} from '../../src-main/engine/oauth/authorization-server-metadata.ts';
import { type Answer, startAnsweringServer } from './answering-server.ts';

const http = createHttp();
afterAll(() => http.close());
const OAUTH = 'GET /.well-known/oauth-authorization-server';
const OPENID = 'GET /.well-known/openid-configuration';

function document(issuer: string, more: object = {}) {
  return { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, ...more };
}

describe('discoverAuthorizationServer', () => {
  it('D4 asks the three addresses of an issuer with a path in order', async () => {
    const server = await startAnsweringServer();
    const issuer = `${server.origin}/tenant/1`;
    server.answer('GET /tenant/1/.well-known/openid-configuration', { body: document(issuer) });
    const found = await discoverAuthorizationServer({ issuer }, http);
    expect(found).toMatchObject({ ok: true, value: { issuer, guessed: false } });
    expect(server.lines()).toEqual([
      `${OAUTH}/tenant/1`,
      `${OPENID}/tenant/1`,
      'GET /tenant/1/.well-known/openid-configuration',
    ]);
  });

  it("D9 takes the configured issuer for the document's, and no other: not even the one that was asked for", async () => {
    const server = await startAnsweringServer();
    const template = 'https://login.example.com/{tenantid}/v2.0';
    const input = { issuer: server.origin, expected: template };
    server.answer(OAUTH, { body: { ...document(server.origin), issuer: template } });
    expect(await discoverAuthorizationServer(input, http)).toMatchObject({ ok: true, value: { issuer: template } });
    server.answer(OAUTH, { body: document(server.origin) });
    expect(await discoverAuthorizationServer(input, http)).toEqual({
      ok: false,
      problem: { code: 'issuer-mismatch', expected: template, got: server.origin },
    });
  });

  it('D4 asks the two addresses of an issuer without a path, then says that there is none', async () => {
    const server = await startAnsweringServer();
    const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
    expect(found).toEqual({ ok: false, problem: { code: 'no-authorization-server', url: server.origin } });
    expect(server.lines()).toEqual([OAUTH, OPENID]);
  });

  it('D4 takes what it needs of the document, and lists of the wrong shape for unpublished', async () => {
    const server = await startAnsweringServer();
    const issuer = server.origin;
    server.answer(OAUTH, {
      body: document(issuer, {
        registration_endpoint: `${issuer}/register`,
        revocation_endpoint: null,
        scopes_supported: ['a', 'offline_access'],
        code_challenge_methods_supported: 'S256',
        token_endpoint_auth_methods_supported: ['none'],
        authorization_response_iss_parameter_supported: true,
        unknown: {},
      }),
    });
    expect(await discoverAuthorizationServer({ issuer }, http)).toEqual({
      ok: true,
      value: {
        issuer,
        authorizationEndpoint: `${issuer}/authorize`,
        tokenEndpoint: `${issuer}/token`,
        registrationEndpoint: `${issuer}/register`,
        scopesSupported: ['a', 'offline_access'],
        tokenEndpointAuthMethodsSupported: ['none'],
        issParameterSupported: true,
        guessed: false,
      },
    });
  });

  it.each([
    ['a slash at the end', (origin: string) => `${origin}/`],
    ['another host', () => 'https://evil.example'],
    ['being empty', () => ''],
    ['another case', (origin: string) => origin.replace('http', 'HTTP')],
    ['a default port', (origin: string) => `${origin}:80`],
  ])('D5 does not use a document whose issuer differs by %s, and asks no further', async (_title, named) => {
    const server = await startAnsweringServer();
    const got = named(server.origin);
    server.answer(OAUTH, { body: document(got) });
    server.answer(OPENID, { body: document(server.origin) });
    const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
    expect(found).toEqual({ ok: false, problem: { code: 'issuer-mismatch', expected: server.origin, got } });
    expect(server.lines()).toEqual([OAUTH]);
  });

  it('D5 accepts an issuer with a slash at the end that names itself so', async () => {
    const server = await startAnsweringServer();
    const issuer = `${server.origin}/t/`;
    server.answer(`${OAUTH}/t`, { body: document(issuer) });
    expect(await discoverAuthorizationServer({ issuer }, http)).toMatchObject({ ok: true, value: { issuer } });
  });

  it.each<[string, Answer, string]>([
    ['500', { status: 500 }, 'server-error'],
    ['429', { status: 429 }, 'server-error'],
    ["a captive portal's page", { body: '<html>Welcome</html>' }, 'bad-answer'],
    ['JSON without an issuer', { body: { token_endpoint: 'x' } }, 'bad-answer'],
  ])('D4 stops at %s', async (_title, answer, code) => {
    const server = await startAnsweringServer();
    server.answer(OAUTH, answer);
    server.answer(OPENID, { body: document(server.origin) });
    const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
    expect(found).toMatchObject({ ok: false, problem: { code } });
    expect(server.lines()).toEqual([OAUTH]);
  });

  it.each(['authorization_endpoint', 'token_endpoint'])('says that the document lacks %s', async (missing) => {
    const server = await startAnsweringServer();
    server.answer(OAUTH, { body: document(server.origin, { [missing]: undefined }) });
    const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
    expect(found).toEqual({ ok: false, problem: { code: 'metadata-incomplete', issuer: server.origin, missing } });
  });

  it.each<[string, object, boolean]>([
    ['without a list of grant types', {}, true],
    [
      'with the grant in the list',
      { grant_types_supported: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] },
      true,
    ],
    ['with a list that leaves the grant out', { grant_types_supported: ['authorization_code'] }, false],
  ])('10 believes in sign-ins on another device %s (RFC 8628 4)', async (_title, more, isOffered) => {
    const server = await startAnsweringServer();
    const device_authorization_endpoint = `${server.origin}/device`;
    server.answer(OAUTH, { body: { ...document(server.origin), device_authorization_endpoint, ...more } });
    const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
    expect(found).toMatchObject({ ok: true });
    expect(found.ok && found.value.deviceAuthorizationEndpoint).toBe(
      isOffered ? device_authorization_endpoint : undefined,
    );
  });

  it.each([
    'authorization_endpoint',
    'token_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
    'device_authorization_endpoint',
  ])('F5 scenario 40: refuses a document with an unsafe %s', async (what) => {
    for (const url of ['file:///etc/passwd', 'javascript:alert(1)', '$(calc)', '--flag', 'http://as.example/x']) {
      const server = await startAnsweringServer();
      server.answer(OAUTH, { body: document(server.origin, { [what]: url }) });
      const found = await discoverAuthorizationServer({ issuer: server.origin }, http);
      expect(found).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what, url } });
    }
  });

  it.each(['file:///etc', 'http://as.example', 'https://as.example/?a=b', 'https://as.example/#a', 'as.example'])(
    'F5 asks nobody for the issuer %s',
    async (issuer) => {
      const refusing = { send: () => Promise.reject(new Error('asked')) };
      expect(await discoverAuthorizationServer({ issuer }, refusing)).toMatchObject({
        ok: false,
        problem: { code: 'unsafe-url', what: 'issuer' },
      });
    },
  );
});

describe('fallbackAuthorizationServer', () => {
  it("D6 guesses the endpoints at the server's origin", () => {
    expect(fallbackAuthorizationServer('https://mcp.example.com:8443/api/mcp?x=y')).toEqual({
      issuer: 'https://mcp.example.com:8443',
      authorizationEndpoint: 'https://mcp.example.com:8443/authorize',
      tokenEndpoint: 'https://mcp.example.com:8443/token',
      registrationEndpoint: 'https://mcp.example.com:8443/register',
      issParameterSupported: false,
      guessed: true,
    });
  });
});
