import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import {
  canonicalResource,
  discoverProtectedResource,
} from '../../src-main/engine/oauth/protected-resource-metadata.ts';
import { startAnsweringServer } from './answering-server.ts';

const http = createHttp();
afterAll(() => http.close());
const AS = 'https://as.example';
const PATH_FORM = 'GET /.well-known/oauth-protected-resource/api/mcp';
const ROOT_FORM = 'GET /.well-known/oauth-protected-resource';

describe('discoverProtectedResource', () => {
  it("D1 asks the challenge's address first, and nothing else when it answers", async () => {
    const server = await startAnsweringServer();
    const serverUrl = `${server.origin}/api/mcp`;
    server.answer('GET /meta', {
      body: { resource: serverUrl, authorization_servers: [AS], scopes_supported: ['a'], more: 1 },
    });
    const found = await discoverProtectedResource(
      { serverUrl, challenge: { resourceMetadata: `${server.origin}/meta` } },
      http,
    );
    expect(found).toEqual({
      ok: true,
      value: { resource: serverUrl, authorizationServers: [AS], scopesSupported: ['a'] },
    });
    expect(server.lines()).toEqual(['GET /meta']);
  });

  it("D1 then the well-known address with the server's path, then the one at the root", async () => {
    const server = await startAnsweringServer();
    server.answer(ROOT_FORM, { body: { resource: server.origin, authorization_servers: [AS] } });
    const found = await discoverProtectedResource(
      { serverUrl: `${server.origin}/api/mcp`, challenge: { resourceMetadata: `${server.origin}/gone` } },
      http,
    );
    expect(found).toEqual({ ok: true, value: { resource: server.origin, authorizationServers: [AS] } });
    expect(server.lines()).toEqual(['GET /gone', PATH_FORM, ROOT_FORM]);
  });

  it('D1 asks a server without a path once', async () => {
    const server = await startAnsweringServer();
    expect(await discoverProtectedResource({ serverUrl: server.origin }, http)).toEqual({ ok: true, value: undefined });
    expect(server.lines()).toEqual([ROOT_FORM]);
  });

  it.each([401, 403, 404, 405, 410])('D1 takes %i everywhere for "none"', async (status) => {
    const server = await startAnsweringServer();
    server.answer(PATH_FORM, { status });
    server.answer(ROOT_FORM, { status, body: '<html>' });
    const found = await discoverProtectedResource({ serverUrl: `${server.origin}/api/mcp` }, http);
    expect(found).toEqual({ ok: true, value: undefined });
  });

  it.each([
    ['D2 the same address', '/api/mcp', true],
    ['D2 the origin', '', true],
    ['D2 the origin with a slash', '/', true],
    ['D2 a path above', '/api', true],
    ['D2 a path above with a slash', '/api/', true],
    ['D2 a prefix that ends inside a segment', '/ap', false],
    ['D2 a path below', '/api/mcp/more', false],
    ['D2 a path beside', '/api/other', false],
    ['D2 a path that climbs', '/api/mcp/%2e%2e/other', false],
    ['D2 a fragment', '/api#x', false],
    ['D2 another query', '/api/mcp?tenant=2', false],
  ])('%s, named as `resource`, is judged', async (_title, path, belongs) => {
    const server = await startAnsweringServer();
    const resource = `${server.origin}${path}`;
    server.answer(PATH_FORM, { body: { resource, authorization_servers: [AS] } });
    const found = await discoverProtectedResource({ serverUrl: `${server.origin}/api/mcp` }, http);
    expect(found).toMatchObject(
      belongs
        ? { ok: true, value: { resource } }
        : { ok: false, problem: { code: 'resource-mismatch', expected: `${server.origin}/api/mcp`, got: resource } },
    );
  });

  it.each(['https://evil.example/api/mcp', 'urn:mcp', 'nonsense', ' ', 'https://127.0.0.1/api/mcp'])(
    'D2 refuses the foreign resource %s and asks no further',
    async (resource) => {
      const server = await startAnsweringServer();
      server.answer(PATH_FORM, { body: { resource, authorization_servers: [AS] } });
      const found = await discoverProtectedResource({ serverUrl: `${server.origin}/api/mcp` }, http);
      expect(found).toMatchObject({ ok: false, problem: { code: 'resource-mismatch' } });
      expect(server.lines()).toEqual([PATH_FORM]);
    },
  );

  it.each([
    ['a web page', { body: '<!doctype html><title>Sign in to the hotel network</title>' }, 'bad-answer'],
    ['broken JSON', { body: '{"resource":' }, 'bad-answer'],
    ['a JSON list', { body: [] }, 'bad-answer'],
    ['no resource', { body: { authorization_servers: [AS] } }, 'bad-answer'],
    ['500', { status: 500, body: '<html>' }, 'server-error'],
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 'server-error'],
    ['304', { status: 304 }, 'bad-answer'],
  ])('never takes %s for "none"', async (_title, answer, code) => {
    const server = await startAnsweringServer();
    server.answer(PATH_FORM, answer);
    const found = await discoverProtectedResource({ serverUrl: `${server.origin}/api/mcp` }, http);
    expect(found).toMatchObject({ ok: false, problem: { code } });
    expect(server.lines()).toEqual([PATH_FORM]);
  });

  it('never takes an unreachable server for "none"', async () => {
    const found = await discoverProtectedResource({ serverUrl: 'http://127.0.0.1:9/mcp' }, http);
    expect(found).toMatchObject({ ok: false, problem: { code: 'network-unreachable' } });
  });

  it('F5 does not ask an unsafe address that the challenge names', async () => {
    const challenge = { resourceMetadata: 'file:///etc/passwd' };
    const found = await discoverProtectedResource({ serverUrl: 'http://127.0.0.1:9/mcp', challenge }, http);
    expect(found).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what: 'resource_metadata' } });
  });

  it('takes metadata without authorization servers, and an odd scope list, as far as they go', async () => {
    const server = await startAnsweringServer();
    server.answer(ROOT_FORM, { body: { resource: server.origin, scopes_supported: 'a b' } });
    const found = await discoverProtectedResource({ serverUrl: server.origin }, http);
    expect(found).toEqual({ ok: true, value: { resource: server.origin, authorizationServers: [] } });
  });
});

describe('canonicalResource', () => {
  it.each([
    ['https://MCP.Example.com/api#frag', 'https://mcp.example.com/api'],
    ['https://mcp.example.com', 'https://mcp.example.com'],
    ['https://mcp.example.com#x', 'https://mcp.example.com'],
    ['https://mcp.example.com/', 'https://mcp.example.com/'],
    ['https://mcp.example.com:443/a?b=c#', 'https://mcp.example.com/a?b=c'],
  ])('F4 of %s is %s', (url, resource) => {
    expect(canonicalResource(url)).toBe(resource);
  });
});
