import { createHash } from 'node:crypto';
import type { Secret } from './model/secret.ts';
import type { TokenSet } from './model/token-set.ts';
import type { Clock, Http, LogFields, Logger } from './ports.ts';

/** The address of an exchange: what identifies a person or a login stands in the query, so that is left out. */
export function urlForLog(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return '[not a URL]';
  return `${parsed.origin}${parsed.pathname}${parsed.search ? '?…' : ''}`;
}

/** The first 4 characters of a SHA-256: enough to see whether two log lines speak of one token. */
export function fingerprint(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('hex').slice(0, 4);
}

export function tokenFields(tokens: TokenSet, source: NonNullable<LogFields['tokenSource']>): LogFields {
  return {
    tokenKind: 'access',
    tokenSource: source,
    fingerprint: fingerprint(tokens.accessToken),
    hasRefreshToken: tokens.refreshToken !== undefined,
    ...(tokens.expiresAt === undefined
      ? {}
      : { lifetimeS: Math.round((tokens.expiresAt - tokens.obtainedAt) / 1000), at: tokens.expiresAt }),
  };
}

/** Every OAuth exchange leaves two lines: what was asked, and what came back after how long. */
export function loggedHttp(http: Http, logger: Logger, clock: Clock): Http {
  return {
    async send(request) {
      const line = { method: request.method, url: urlForLog(request.url) };
      logger.debug('oauth.request', line);
      const begun = clock.monotonicMs();
      const answer = await http.send(request);
      const ms = Math.round(clock.monotonicMs() - begun);
      if (answer.ok) logger.info('oauth.response', { ...line, status: answer.value.status, ms });
      else logger.warn('oauth.response', { ...line, problem: answer.problem.code, ms });
      return answer;
    },
  };
}
