import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src-main/engine/model/redact.ts';

describe('the second net', () => {
  it.each([
    ['Authorization: Bearer abc.DEF-123_~+/=', 'Authorization: Bearer [secret]'],
    ['authorization: basic dXNlcjpwYXNz', 'authorization: basic [secret]'],
    [
      'GET /oauth/callback?code=SplxlOBe&state=af0ifjsldkj&iss=https%3A%2F%2Fa',
      'GET /oauth/callback?code=[secret]&state=[secret]&iss=https%3A%2F%2Fa',
    ],
    [
      'grant_type=refresh_token&refresh_token=8xLO&resource=x',
      'grant_type=refresh_token&refresh_token=[secret]&resource=x',
    ],
    [
      'grant_type=authorization_code&code_verifier=dBjftJeZ&client_secret=s3',
      'grant_type=authorization_code&code_verifier=[secret]&client_secret=[secret]',
    ],
    ['next=https%3A%2F%2Fx%2F%3Fcode%3Dabc%26x%3D1', 'next=https%3A%2F%2Fx%2F%3Fcode%3D[secret]%26x%3D1'],
    ['{"access_token":"abc","expires_in":30}', '{"access_token":"[secret]","expires_in":30}'],
    ['{"detail":"{\\"refresh_token\\": \\"abc\\"}"}', '{"detail":"{\\"refresh_token\\": \\"[secret]\\"}"}'],
    ['{"clientSecret":"abc"}', '{"clientSecret":"[secret]"}'],
    ['key gate_AbCdEfGhIjKlMnOpQrStUvWxYz012345', 'key gate_[secret]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN', '[secret]'],
    ['https://user:word@host.example/x', 'https://[secret]@host.example/x'],
  ])('takes the secret out of %s', (line, without) => {
    expect(redact(line)).toBe(without);
  });

  it.each([
    '{"event":"server.state-changed","from":"connecting","to":"ready"}',
    '{"url":"https://login.example/authorize?response_type=code&client_id=me&scope=a%20b"}',
    '{"problem":"token-endpoint-error","detail":"error_code=7, gate_short, grant_type=authorization_code"}',
  ])('leaves alone %s', (line) => {
    expect(redact(line)).toBe(line);
  });

  it('keeps a JSON line a JSON line, whatever stands in it', () => {
    const word = fc.constantFrom(
      'Bearer ',
      'code=',
      'state=',
      '"access_token":"',
      'gate_AAAAAAAAAAAAAAAAAAAAA',
      'eyJhbGci.b.c',
      '\\',
      '"',
      '://a:b@',
      ' ',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const line = JSON.stringify({ event: 'x', detail: words.join('') });
        expect(() => JSON.parse(redact(line))).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
