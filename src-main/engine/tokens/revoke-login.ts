import type { Login, TokenSet } from '../model/token-set.ts';
import { revokeToken } from '../oauth/revocation.ts';
import type { Http } from '../ports.ts';

/** T6: the refresh token first; whatever the server answers, it is forgotten here already. @see RFC 7009 section 2.1 */
export async function revokeLogin(login: Login, http: Http): Promise<void> {
  const { authorizationServer, client, tokens } = login;
  if (!tokens) return;
  if (tokens.refreshToken) {
    await revokeToken({ authorizationServer, client, token: tokens.refreshToken, kind: 'refresh_token' }, http);
  }
  await revokeToken({ authorizationServer, client, token: tokens.accessToken, kind: 'access_token' }, http);
}

/** What arrives when nobody wants it any more: its refresh token stands for the grant. @see RFC 7009 section 2.1 */
export async function revokeUnwanted(
  { authorizationServer, client }: Pick<Login, 'authorizationServer' | 'client'>,
  { refreshToken, accessToken }: TokenSet,
  http: Http,
): Promise<void> {
  const kind = refreshToken ? 'refresh_token' : 'access_token';
  await revokeToken({ authorizationServer, client, token: refreshToken ?? accessToken, kind }, http);
}
