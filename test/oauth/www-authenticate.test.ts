import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../src-main/engine/oauth/www-authenticate.ts';

const URL_OF_METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource';

describe('parseChallenge', () => {
  it.each([
    [
      'D1 reads resource_metadata',
      `Bearer resource_metadata="${URL_OF_METADATA}"`,
      { resourceMetadata: URL_OF_METADATA },
    ],
    ['S1 reads scope', 'Bearer scope="files:read files:write"', { scope: 'files:read files:write' }],
    [
      'takes scheme and names in any case',
      `bEARER Resource_Metadata="${URL_OF_METADATA}", ERROR=invalid_token`,
      { resourceMetadata: URL_OF_METADATA, error: 'invalid_token' },
    ],
    [
      'takes a token instead of a quoted string',
      'Bearer error=insufficient_scope,scope=a',
      { error: 'insufficient_scope', scope: 'a' },
    ],
    [
      'undoes escapes in quoted strings',
      'Bearer error_description="say \\"please\\", or \\\\ and wait"',
      { errorDescription: 'say "please", or \\ and wait' },
    ],
    [
      'is not misled by commas and equal signs inside quotes',
      'Basic realm="Bearer scope=\\"no\\", x", Bearer scope="yes, a=b"',
      { scope: 'yes, a=b' },
    ],
    [
      'finds Bearer after another scheme with parameters',
      'DPoP algs="ES256", error="x", Bearer scope="a"',
      { scope: 'a' },
    ],
    [
      'finds Bearer before another scheme, whose parameters are not taken',
      'Bearer scope="a", Basic scope="b"',
      { scope: 'a' },
    ],
    ['finds Bearer after a scheme with token68', 'Negotiate YWJj+/==, Bearer scope="a"', { scope: 'a' }],
    ['finds Bearer after a scheme without anything', 'Negotiate, Bearer scope="a"', { scope: 'a' }],
    ['takes a bare Bearer', 'Bearer', {}],
    [
      'takes spaces around equal signs and empty list members',
      'Bearer , scope = "a" ,, error = x ,',
      { scope: 'a', error: 'x' },
    ],
    [
      'prefers the Bearer challenge that names its metadata',
      `Bearer scope="a", Bearer resource_metadata="${URL_OF_METADATA}"`,
      { resourceMetadata: URL_OF_METADATA },
    ],
    ['keeps the first of a name that occurs twice', 'Bearer scope="a", scope="b"', { scope: 'a' }],
    ['keeps what stands before a quote that never ends', 'Bearer scope="a", error="oops', { scope: 'a' }],
  ])('%s', (_title, header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  it.each([
    undefined,
    '',
    'Basic realm="x"',
    'BearerX scope="a"',
    'Basic Bearer="x"',
    '"Bearer scope=a"',
    'Negotiate Bearer',
  ])('finds no Bearer in %j', (header) => {
    expect(parseChallenge(header)).toBeUndefined();
  });

  it('ends on any text and never throws', () => {
    const piece = fc.constantFrom('Bearer', ' ', ',', '=', '"', '\\', 'scope', 'a', '==', '\t', '/');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (header) => void parseChallenge(header),
      ),
    );
  });

  it('gives back any text that was quoted by the rule', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const quoted = text.replace(/[\\"]/g, '\\$&');
        expect(parseChallenge(`Basic realm="x", Bearer a=b, scope="${quoted}"`)).toEqual({ scope: text });
      }),
    );
  });
});
