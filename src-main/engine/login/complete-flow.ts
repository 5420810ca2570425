import type { ServerConfig } from '../model/server-config.ts';
import type { AuthorizationServer, ClientRegistration, Login, TokenSet } from '../model/token-set.ts';
import { namedBy } from '../oauth/named-by.ts';
import type { TokenGrant } from '../oauth/token-request.ts';
import { tokenFields } from '../oauth-log.ts';
import { revokeUnwanted } from '../tokens/revoke-login.ts';
import type { Attempt } from './attempts.ts';
import type { FlowDeps } from './flow-input.ts';

/** What a flow asked for, page or device. */
export interface AskedGrant {
  readonly authorizationServer: AuthorizationServer;
  readonly client: ClientRegistration;
  readonly resource: string;
  readonly scope?: string | undefined;
}

/** A login with its first tokens. */
export interface NewLogin extends Login {
  readonly tokens: TokenSet;
}

export function loginFrom(asked: AskedGrant, config: ServerConfig, { tokens: granted, account }: TokenGrant): NewLogin {
  const { authorizationServer, client, resource } = asked;
  // RFC 6749 5.1: left out where it is what was asked for.
  const scope = granted.scope ?? asked.scope;
  const tokens = { ...granted, ...(scope === undefined ? {} : { scope }) };
  return {
    serverUrl: config.url,
    resource,
    authorizationServer,
    client,
    tokens,
    signedInAt: tokens.obtainedAt,
    renewedCount: 0,
    ...(account === undefined ? {} : { account }),
  };
}

/**
 * What a flow brought goes into the store. What arrives after the flow's end is revoked instead.
 *
 * @param isLive asked now
 */
export async function keepLogin(
  { flow, config, ticket }: Attempt,
  login: NewLogin,
  isLive: () => boolean,
  deps: FlowDeps,
): Promise<'stored' | 'discarded'> {
  const saved = isLive() ? await deps.store.saveNewGrant(config.name, login, ticket) : 'discarded';
  if (saved === 'discarded') {
    await revokeUnwanted(login, login.tokens, namedBy(config, deps.http));
    return 'discarded';
  }
  deps.logger.info('login.stored', {
    server: flow.server,
    outcome: saved,
    ...tokenFields(login.tokens, 'server'),
  });
  return 'stored';
}
