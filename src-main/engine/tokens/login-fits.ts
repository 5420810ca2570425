import { type ServerConfig, signsInByItself } from '../model/server-config.ts';
import type { Login } from '../model/token-set.ts';
import { scopeNames } from '../oauth/scope.ts';

/**
 * Whether a stored login belongs to what is configured now. Where the URL, the client, the resource or the authorization
 * server was changed, nothing of the old login is sent to the new one (T5).
 */
export function loginFits(login: Login, config: ServerConfig): boolean {
  if (login.serverUrl !== config.url) return false;
  const issuer = config.issuer ?? config.authorizationServer;
  if (issuer && issuer !== login.authorizationServer.issuer) return false;
  if (config.resource === undefined ? login.resource === '' : login.resource !== (config.resource || '')) return false;
  const { clientCredentials } = login;
  if (signsInByItself(config) !== (clientCredentials !== undefined)) return false;
  // Nobody is asked again for other scopes, so another token is.
  if (clientCredentials && config.scopes && clientCredentials.scope !== scopeNames(config.scopes).join(' '))
    return false;
  const { clientId, how } = login.client;
  if (config.client) return clientId === config.client.clientId;
  return how === 'dynamic' || clientId === config.clientMetadataUrl;
}
