import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fallbackAuthorizationServer } from '../../src-main/engine/oauth/authorization-server-metadata.ts';
import { checkPkce, createPkce } from '../../src-main/engine/oauth/pkce.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { serverAt } from './clients.ts';

const ISSUER = 'https://as.example';

describe('checkPkce', () => {
  it.each([
    ['lists S256', ['plain', 'S256'], true],
    ['lists only plain', ['plain'], false],
    ['lists s256 in lower case', ['s256'], false],
    ['lists nothing', [], false],
    ['has no list', undefined, false],
  ])('F1 a document that %s', (_title, methods, accepted) => {
    const server = serverAt(ISSUER, methods ? { codeChallengeMethodsSupported: methods } : {});
    expect(checkPkce(server, 'required')).toEqual(
      accepted ? { ok: true, value: undefined } : { ok: false, problem: { code: 'pkce-unsupported', issuer: ISSUER } },
    );
    expect(checkPkce(server, 'off').ok).toBe(true);
  });

  it('F1 does not look for S256 where there is no document', () => {
    expect(checkPkce(fallbackAuthorizationServer(ISSUER), 'required').ok).toBe(true);
  });
});

describe('createPkce', () => {
  it('F1 makes an S256 challenge of a fresh verifier of 43 characters', async () => {
    const random = createSeededRandom();
    const first = await createPkce(random);
    const second = await createPkce(random);
    expect(first.verifier.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first.challenge).toBe(createHash('sha256').update(first.verifier.reveal()).digest('base64url'));
    expect(second.verifier.equals(first.verifier)).toBe(false);
  });
});
