import { describe, expect, it } from 'vitest';
import { chooseScope } from '../../src-main/engine/oauth/scope.ts';

describe('chooseScope', () => {
  it.each([
    [
      'S1 configured scopes go before all',
      { configured: ['a', 'b'], challengeScope: 'c', resourceScopes: ['d'] },
      'a b',
    ],
    ["S1 the challenge's scope comes first", { challengeScope: 'c d', resourceScopes: ['e'] }, 'c d'],
    ['S1 then all that the resource supports', { resourceScopes: ['e', 'f'] }, 'e f'],
    ['S1 then none', {}, undefined],
    ['S1 an empty list is no choice', { configured: [], challengeScope: ' ', resourceScopes: ['e'] }, 'e'],
    [
      "S1 the authorization server's other scopes are not asked for",
      { serverScopes: ['profile', 'openid'] },
      undefined,
    ],
    ['S1 a scope is sent once', { configured: ['a b', 'a'] }, 'a b'],
  ])('%s', (_title, input, scope) => {
    expect(chooseScope(input)).toEqual({ ...(scope ? { scope } : {}), consent: false });
  });

  it.each([
    [
      'S2 adds offline_access, with consent, where the authorization server lists it',
      { challengeScope: 'a', serverScopes: ['offline_access'] },
      'a offline_access',
    ],
    [
      'S2 adds it once',
      { resourceScopes: ['offline_access', 'a'], serverScopes: ['offline_access'] },
      'offline_access a',
    ],
    [
      'S2 asks for it alone where there is no other scope, since a login without it may not last',
      { serverScopes: ['openid', 'offline_access'] },
      'offline_access',
    ],
    ['S2 asks for consent for a configured offline_access', { configured: ['offline_access'] }, 'offline_access'],
  ])('%s', (_title, input, scope) => {
    expect(chooseScope(input)).toEqual({ scope, consent: true });
  });
});
