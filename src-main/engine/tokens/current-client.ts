import type { ConfiguredClient } from '../model/server-config.ts';
import type { ClientRegistration, Login } from '../model/token-set.ts';
import { configuredRegistration } from '../oauth/client-registration.ts';

/** A login's client as it proves itself now: a secret or key that was changed in the configuration goes before the one stored. */
export function currentClient(login: Login, configured: ConfiguredClient | undefined): ClientRegistration {
  const isSame = login.client.how === 'configured' && configured?.clientId === login.client.clientId;
  // Without a secret there it is in the vault, and was stored with the login.
  if (!isSame || !(configured.clientSecret || configured.privateKey)) return login.client;
  return configuredRegistration(configured, login.authorizationServer);
}

/** The authorization server refused the client, and nothing of it was changed since (R4). */
export function isClientRejected(login: Login, configured: ConfiguredClient | undefined): boolean {
  if (!login.clientRejected) return false;
  const now = currentClient(login, configured);
  const isSame = (name: 'clientSecret' | 'privateKey') => now[name]?.reveal() === login.client[name]?.reveal();
  return isSame('clientSecret') && isSame('privateKey') && now.privateKeyId === login.client.privateKeyId;
}
