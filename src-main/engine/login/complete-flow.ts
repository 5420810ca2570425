import { fail, ok, type Result } from '../model/result.ts';
import { namedBy } from '../oauth/named-by.ts';
import { revokeToken } from '../oauth/revocation.ts';
import { tokenFields } from '../oauth-log.ts';
import type { Attempt } from './attempts.ts';
import { exchange, type PageFlowDeps, type PreparedFlow } from './authorization-flow.ts';

/**
 * A callback that was judged becomes a login in the store. What arrives after the flow's end is revoked instead.
 *
 * @param isLive asked after the exchange
 */
export async function completeFlow(
  { flow, config, ticket }: Attempt,
  ready: PreparedFlow,
  callbackUrl: URL,
  isLive: () => boolean,
  deps: PageFlowDeps,
): Promise<Result<'stored' | 'discarded'>> {
  const login = await exchange(ready, config, callbackUrl, ticket, deps);
  if (!login.ok) return fail(login.problem);
  const { tokens } = login.value;
  const saved = isLive() ? await deps.store.saveNewGrant(config.name, login.value, ticket) : 'discarded';
  if (saved === 'discarded') {
    const token = tokens?.refreshToken ?? tokens?.accessToken;
    const { authorizationServer, client } = ready;
    if (token)
      await revokeToken({ authorizationServer, client, token, kind: 'refresh_token' }, namedBy(config, deps.http));
    return ok('discarded');
  }
  deps.logger.info('login.stored', {
    server: flow.server,
    outcome: saved,
    ...(tokens ? tokenFields(tokens, 'server') : {}),
  });
  return ok('stored');
}
