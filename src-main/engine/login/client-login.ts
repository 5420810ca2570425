import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import type { Secret } from '../model/secret.ts';
import type { ConfiguredClient, ServerConfig } from '../model/server-config.ts';
import { configuredRegistration } from '../oauth/client-registration.ts';
import { chooseScope } from '../oauth/scope.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import { discover, tellSwitches } from './authorization-flow.ts';
import type { FlowDeps, FlowInput } from './flow-input.ts';

/**
 * Finds out where a client signs in for itself, and keeps that; its tokens are then asked for as renewals are. Nobody is
 * asked, no page opens.
 *
 * Fails with `server-unsupported` (nothing to prove itself with), or what the discovery failed with.
 *
 * @see RFC 6749 section 4.4
 */
export async function prepareClientLogin(
  input: Pick<FlowInput, 'config' | 'challenge' | 'ticket'>,
  deps: FlowDeps,
): Promise<Result<void>> {
  const { config, challenge, ticket } = input;
  const client = await clientOf(config, deps.store);
  if (!client) return fail({ code: 'server-unsupported', ...say('client-unproven') });
  const found = await discover(input, deps);
  if (!found.ok) return found;
  const { authorizationServer, resource, resourceScopes } = found.value;
  tellSwitches(config, deps.logger);
  // S2 has no place here: there is no refresh token to ask for.
  const { scope } = chooseScope({
    configured: config.scopes,
    challengeScope: challenge?.scope,
    resourceScopes,
  });
  await deps.store.saveRegistration(
    config.name,
    {
      serverUrl: config.url,
      resource,
      authorizationServer,
      client: configuredRegistration(client, authorizationServer),
      clientCredentials: scope === undefined ? {} : { scope },
      renewedCount: 0,
    },
    ticket,
  );
  return ok(undefined);
}

async function clientOf({ name, client }: ServerConfig, store: TokenStore): Promise<ConfiguredClient | undefined> {
  if (!client || client.clientSecret || client.privateKey) return client;
  const clientSecret: Secret | undefined = await store.clientSecret(name, client.clientId);
  return clientSecret && { ...client, clientSecret };
}
