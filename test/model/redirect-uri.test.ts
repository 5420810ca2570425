import { describe, expect, it } from 'vitest';
import { redirectPlace, redirectUriMistake } from '../../src-main/engine/model/redirect-uri.ts';

describe('a configured redirect URI', () => {
  it.each([
    'http://localhost:8080/callback',
    'http://127.0.0.1:3334/oauth/callback',
    'http://[::1]:9000/',
    'http://localhost/callback',
  ])('R5 comes back to this machine: %s', (uri) => {
    expect(redirectUriMistake(uri)).toBeUndefined();
  });

  it.each([
    'callback',
    'https://localhost:8080/callback',
    'http://example.com:8080/callback',
    'http://localhost.example.com/cb',
    'http://user@localhost:8080/cb',
    'http://localhost:8080/cb?x=1',
    'http://localhost:8080/cb#x',
    'http://localhost:0/cb',
    'myapp://callback',
  ])('R5 is refused where it cannot, or could not be told apart from the answer: %s', (uri) => {
    expect(redirectUriMistake(uri)).toBeDefined();
  });

  it('R5 spelled localhost, is listened at on both loopback addresses', () => {
    expect(redirectPlace('http://localhost:8080/a/b')).toEqual({
      port: 8080,
      path: '/a/b',
      hosts: ['127.0.0.1', '::1'],
    });
    expect(redirectPlace('http://[::1]/')).toEqual({ port: 80, path: '/', hosts: ['::1'] });
  });
});
