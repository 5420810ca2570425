import { describe, expect, it } from 'vitest';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { judgeAuthorizationResponse } from '../../src-main/engine/oauth/authorization-response.ts';
import { REDIRECT_URI, serverAt } from './clients.ts';

const ISSUER = 'https://as.example';

function judge(query: string, issParameterSupported = false) {
  return judgeAuthorizationResponse({
    callbackUrl: new URL(`${REDIRECT_URI}?${query}`),
    authorizationServer: serverAt(ISSUER, { issParameterSupported }),
    state: new Secret('s1'),
  });
}

describe('judgeAuthorizationResponse', () => {
  it('lets a code with the right state through, with or without iss, and whatever else is there', () => {
    expect(judge('code=c&state=s1').ok).toBe(true);
    expect(judge(`code=c&state=s1&iss=${encodeURIComponent(ISSUER)}&session_state=x&id_token=y`).ok).toBe(true);
    expect(judge(`code=c&state=s1&iss=${encodeURIComponent(ISSUER)}`, true).ok).toBe(true);
  });

  it.each(['code=c', 'code=c&state=', 'code=c&state=S1', 'code=c&state=s1x', 'error=access_denied&state=other'])(
    'F2 knows no flow for %s',
    (query) => {
      expect(judge(query)).toEqual({ ok: false, problem: { code: 'unknown-state' } });
    },
  );

  it.each(['https://as.example/', 'HTTPS://as.example', 'https://as.example:443', 'https://evil.example', ''])(
    'F3 refuses the code of an issuer that is not identical: %j',
    (iss) => {
      for (const advertised of [true, false]) {
        expect(judge(`code=c&state=s1&iss=${encodeURIComponent(iss)}`, advertised)).toEqual({
          ok: false,
          problem: { code: 'issuer-mismatch', expected: ISSUER, got: iss },
        });
      }
    },
  );

  it('F3 refuses an answer without the iss that was advertised, be it a code or an error', () => {
    for (const query of ['code=c&state=s1', 'error=access_denied&error_description=phish&state=s1']) {
      const judged = judge(query, true);
      expect(judged).toMatchObject({ ok: false, problem: { code: 'authorization-response-invalid' } });
      expect(JSON.stringify(judged)).not.toContain('phish');
    }
  });

  it('takes an error without a name for a refusal without one', () => {
    expect(judge('error=&state=s1')).toEqual({ ok: false, problem: { code: 'authorization-refused', error: '' } });
  });

  it('F3 neither shows nor believes the error of a wrong issuer', () => {
    const judged = judge('error=access_denied&error_description=call+0800&state=s1&iss=https%3A%2F%2Fevil.example');
    expect(judged).toMatchObject({ ok: false, problem: { code: 'issuer-mismatch' } });
    expect(JSON.stringify(judged)).not.toMatch(/0800|access_denied/);
  });

  it("scenario 4: tells a refusal in the server's words, on one line", () => {
    expect(judge('error=access_denied&error_description=You%0d%0asaid+no&state=s1&code=c')).toEqual({
      ok: false,
      problem: { code: 'authorization-refused', error: 'access_denied', description: 'You said no' },
    });
    expect(judge('error=server_error&state=s1')).toEqual({
      ok: false,
      problem: { code: 'authorization-refused', error: 'server_error' },
    });
  });

  it.each([
    'state=s1',
    'state=s1&code=',
    'state=s1&state=s1&code=c',
    'state=s1&code=c&code=d',
    `state=s1&code=c&iss=${encodeURIComponent(ISSUER)}&iss=https%3A%2F%2Fevil.example`,
    'state=s1&code=c&error=a&error=b',
  ])('refuses %s', (query) => {
    expect(judge(query)).toMatchObject({ ok: false, problem: { code: 'authorization-response-invalid' } });
  });
});
