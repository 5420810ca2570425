import { describe, expect, it } from 'vitest';
import { chooseScope, coversScope } from '../../src-main/engine/oauth/scope.ts';

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
    ['S3 a step-up asks for what was granted and what is asked', { stepUp: { granted: 'a b', asked: 'b c' } }, 'a b c'],
    [
      'S3 configured scopes stay in a step-up',
      { configured: ['x'], resourceScopes: ['r'], stepUp: { granted: 'a', asked: 'c' } },
      'x a c',
    ],
    [
      'S3 where nobody knows what was granted, what would be asked for anyway stands in',
      { resourceScopes: ['r'], stepUp: { granted: undefined, asked: 'c' } },
      'r c',
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

describe('coversScope', () => {
  it.each([
    [undefined, 'a b', true],
    ['a b', undefined, true],
    ['b a', 'a b', true],
    ['a', 'a b', false],
  ])('S3 a client registered for %s may ask for %s: %s', (registered, asked, covered) => {
    expect(coversScope(registered, asked)).toBe(covered);
  });
});
