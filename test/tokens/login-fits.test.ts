import { describe, expect, it } from 'vitest';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { ServerConfig } from '../../src-main/engine/model/server-config.ts';
import type { Login } from '../../src-main/engine/model/token-set.ts';
import { loginFits } from '../../src-main/engine/tokens/login-fits.ts';
import { ISSUER, loginWith } from './logins.ts';

const config: ServerConfig = {
  name: 'linear',
  url: 'https://mcp.example/mcp',
  enabled: true,
  headers: {},
  pkce: 'required',
  openBrowser: 'ask',
};

function fits(login: Partial<Login>, configured: Partial<ServerConfig>): boolean {
  return loginFits(loginWith('1', login), { ...config, ...configured });
}

const configuredClient = { ...loginWith('1').client, how: 'configured' as const };
const byItself = { grant: 'client_credentials', client: { clientId: 'c', clientSecret: new Secret('s') } } as const;

describe('whether a stored login belongs to what is configured now', () => {
  it.each<[string, boolean, Partial<Login>, Partial<ServerConfig>]>([
    ['nothing was changed', true, {}, {}],
    ['another address', false, {}, { url: 'https://mcp.example/other' }],
    ['its authorization server is named', true, {}, { authorizationServer: ISSUER }],
    ['another authorization server is named', false, {}, { authorizationServer: 'https://other.example' }],
    ['another issuer is named, whatever was asked', false, {}, { authorizationServer: ISSUER, issuer: 'https://x' }],
    ['its resource is named', true, {}, { resource: 'https://mcp.example/mcp' }],
    ['another resource', false, {}, { resource: 'api://1234' }],
    ['no resource any more', false, {}, { resource: false }],
    ['none was sent, and one is to be sent', false, { resource: '' }, {}],
    ['none was sent, and none is to be', true, { resource: '' }, { resource: false }],
    ['a client is named that was registered by itself', true, {}, { client: { clientId: 'c' } }],
    ['another client', false, {}, { client: { clientId: 'd' } }],
    ['the configured client is named no more', false, { client: configuredClient }, {}],
    ['the client is the document that is named', true, { client: configuredClient }, { clientMetadataUrl: 'c' }],
    ['it was a person, and is to be the client itself', false, {}, byItself],
    [
      'it was the client itself, and is to be a person',
      false,
      { clientCredentials: {} },
      { client: { clientId: 'c' } },
    ],
    ['the client itself, as before', true, { clientCredentials: {} }, byItself],
    [
      'the client itself, with its scopes',
      true,
      { clientCredentials: { scope: 'a b' } },
      { ...byItself, scopes: ['a', 'b'] },
    ],
    [
      'the client itself, with other scopes',
      false,
      { clientCredentials: { scope: 'a' } },
      { ...byItself, scopes: ['b'] },
    ],
    ['a person with other scopes', true, {}, { scopes: ['b'] }],
  ])('20 %s: %s', (_what, expected, login, configured) => {
    expect(fits(login, configured)).toBe(expected);
  });
});
