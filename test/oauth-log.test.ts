import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../src-main/engine/model/result.ts';
import { Secret } from '../src-main/engine/model/secret.ts';
import { fingerprint, loggedHttp, tokenFields, urlForLog } from '../src-main/engine/oauth-log.ts';
import type { HttpRequest, HttpResponse } from '../src-main/engine/ports.ts';
import { createManualClock } from './fakes/manual-clock.ts';
import { createRecordingLogger } from './fakes/recording-logger.ts';

const request: HttpRequest = {
  url: 'https://user:pass@as.example/token?code=SECRET-CODE&client_secret=SECRET-S#SECRET-F',
  method: 'POST',
  headers: { authorization: 'Basic SECRET-BASIC' },
  body: 'refresh_token=SECRET-REFRESH&code_verifier=SECRET-VERIFIER',
  redirects: 0,
  timeoutMs: 1000,
};
const response: HttpResponse = {
  status: 200,
  headers: { 'x-token': 'SECRET-HEADER' },
  body: '{"access_token":"SECRET-ACCESS"}',
  url: 'https://as.example/token',
};

describe('the log of OAuth exchanges', () => {
  it('has two lines for each: what was asked, and what came back after how long', async () => {
    const clock = createManualClock();
    const logger = createRecordingLogger();
    const http = loggedHttp(
      {
        send: async () => {
          await clock.advance(120);
          return ok(response);
        },
      },
      logger,
      clock,
    );
    expect(await http.send(request)).toEqual(ok(response));
    const line = { method: 'POST', url: 'https://as.example/token?…' };
    expect(logger.lines.map(({ event, fields }) => [event, fields])).toEqual([
      ['oauth.request', line],
      ['oauth.response', { ...line, status: 200, ms: 120 }],
    ]);
  });

  it('has the problem in the second line when nothing came back, as a warning', async () => {
    const logger = createRecordingLogger();
    const problem = { code: 'timed-out', host: 'as.example', afterMs: 1000 } as const;
    const http = loggedHttp({ send: async () => fail(problem) }, logger, createManualClock());
    expect(await http.send(request)).toEqual(fail(problem));
    expect(logger.lines[1]).toMatchObject({
      level: 'warn',
      event: 'oauth.response',
      fields: { problem: 'timed-out', ms: 0 },
    });
  });

  it('holds nothing of query, fragment, user, headers or bodies', async () => {
    const logger = createRecordingLogger();
    await loggedHttp({ send: async () => ok(response) }, logger, createManualClock()).send(request);
    const text = JSON.stringify(logger.lines);
    expect(text).not.toContain('SECRET');
    expect(text).not.toContain('user');
    expect(text).not.toContain('pass');
  });

  it.each([
    ['https://as.example/a/b', 'https://as.example/a/b'],
    ['https://as.example/?x=1', 'https://as.example/?…'],
    ['http://127.0.0.1:9000/token#f', 'http://127.0.0.1:9000/token'],
    ['nonsense', '[not a URL]'],
  ])('writes %s as %s', (url, written) => {
    expect(urlForLog(url)).toBe(written);
  });

  it('tells tokens apart by 4 characters of a SHA-256', () => {
    const hash = createHash('sha256').update('abc').digest('hex');
    expect(fingerprint(new Secret('abc'))).toBe(hash.slice(0, 4));
    expect(fingerprint(new Secret('abd'))).not.toBe(hash.slice(0, 4));
  });

  it('writes kind, source, lifetime in seconds and end of a token, never the token', () => {
    const tokens = {
      accessToken: new Secret('SECRET-A'),
      refreshToken: new Secret('SECRET-R'),
      obtainedAt: 1000,
      expiresAt: 31_000,
    };
    const fields = tokenFields(tokens, 'vault');
    expect(fields).toEqual({
      tokenKind: 'access',
      tokenSource: 'vault',
      fingerprint: fingerprint(tokens.accessToken),
      hasRefreshToken: true,
      lifetimeS: 30,
      at: 31_000,
    });
    expect(JSON.stringify(fields)).not.toContain('SECRET');
    const { expiresAt: _e, refreshToken: _r, ...bare } = tokens;
    expect(tokenFields(bare, 'memory')).toEqual({
      tokenKind: 'access',
      tokenSource: 'memory',
      fingerprint: fingerprint(tokens.accessToken),
      hasRefreshToken: false,
    });
  });
});
