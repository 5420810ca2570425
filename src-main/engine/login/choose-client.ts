import { fail, ok, type Result } from '../model/result.ts';
import type { AuthorizationServer, ClientRegistration, Login } from '../model/token-set.ts';
import { configuredRegistration, documentRegistration, registerClient } from '../oauth/client-registration.ts';
import { namedBy } from '../oauth/named-by.ts';
import { coversScope } from '../oauth/scope.ts';
import type { FlowDeps, FlowInput } from './flow-input.ts';

/** R4: a server that forgets its clients gets no more than one new one in this time. */
const REPLACED_EVERY_MS = 24 * 60 * 60_000;

/** Where and for what somebody signs in. */
export interface GrantRequest {
  readonly input: FlowInput;
  readonly authorizationServer: AuthorizationServer;
  readonly resource: string;
  readonly scope: string | undefined;
}

/** R1, R3, R4, R5: configured, then the document's address, then what was registered with this issuer for this redirect URI, then a new registration. */
export async function chooseClient(
  choice: GrantRequest,
  forDevice: boolean,
  deps: FlowDeps,
): Promise<Result<ClientRegistration>> {
  const { input, authorizationServer } = choice;
  const { config, redirectUri } = input;
  if (config.client) return ok(configuredRegistration(config.client, authorizationServer));
  if (config.clientMetadataUrl && authorizationServer.clientIdMetadataDocumentSupported) {
    return ok(documentRegistration(config.clientMetadataUrl));
  }

  const record = await deps.store.recordFor(config.name, authorizationServer.issuer);
  const now = deps.clock.now();
  const hasEnded = ({ clientSecretExpiresAt }: ClientRegistration): boolean =>
    clientSecretExpiresAt !== undefined && clientSecretExpiresAt <= now;
  const usable = (client: ClientRegistration | undefined): client is ClientRegistration =>
    client?.how === 'dynamic' &&
    client.redirectUris.includes(redirectUri) &&
    (!forDevice || client.registeredForDevices === true) &&
    coversScope(client.scope, choice.scope) &&
    !hasEnded(client);
  if (usable(record?.nextClient) && !record.nextClientRejected) return ok(record.nextClient);
  if (usable(record?.client) && !record.clientRejected) return ok(record.client);
  // One whose secret has ended was not forgotten: nobody knows it by what it had.
  const isForgotten = (client: ClientRegistration | undefined, isRejected = false): boolean =>
    client !== undefined && isRejected && !hasEnded(client);
  const isReplacement =
    isForgotten(record?.client, record?.clientRejected) || isForgotten(record?.nextClient, record?.nextClientRejected);
  const replacedAt = Math.max(record?.client.replacementAt ?? 0, record?.nextClient?.replacementAt ?? 0);
  if (isReplacement && replacedAt <= now && now - replacedAt < REPLACED_EVERY_MS) {
    return fail({ code: 'client-rejected', issuer: authorizationServer.issuer });
  }

  const registered = await register(choice, forDevice, deps);
  if (!registered.ok) return registered;
  deps.logger.info('client.registered', { server: config.name, issuer: authorizationServer.issuer });
  // One that ended meanwhile does not make the last replacement forgotten.
  const replacementAt = isReplacement ? now : replacedAt;
  const client = replacementAt > 0 ? { ...registered.value, replacementAt } : registered.value;
  await deps.store.saveRegistration(
    config.name,
    // Beside the old one, whose refresh token goes on working until the new login is complete.
    record?.tokens ? { ...record, nextClient: client } : newRecord(choice, client),
    input.ticket,
  );
  return ok(client);
}

/** Where devices can sign in, that grant is asked for too; a server that refuses it there is asked without. */
async function register(
  { input, authorizationServer, scope }: GrantRequest,
  forDevice: boolean,
  deps: FlowDeps,
): Promise<Result<ClientRegistration>> {
  const { config, redirectUri } = input;
  const ask = (forDevices: boolean): Promise<Result<ClientRegistration>> =>
    registerClient(
      { authorizationServer, redirectUri, forDevices, ...(scope === undefined ? {} : { scope }) },
      namedBy(config, deps.http),
      deps.clock.now(),
    );
  const offered = authorizationServer.deviceAuthorizationEndpoint !== undefined;
  const registered = await ask(offered);
  const isRefused = !registered.ok && registered.problem.code === 'registration-refused';
  return isRefused && offered && !forDevice ? ask(false) : registered;
}

function newRecord({ input, authorizationServer, resource }: GrantRequest, client: ClientRegistration): Login {
  return { serverUrl: input.config.url, resource, authorizationServer, client, renewedCount: 0 };
}
