import { fail, ok, type Result } from '../model/result.ts';
import { type DeviceAuthorization, requestDeviceAuthorization } from '../oauth/device-authorization.ts';
import { namedBy } from '../oauth/named-by.ts';
import { checkPage } from './check-page.ts';
import { chooseClient, type GrantRequest } from './choose-client.ts';
import type { AskedGrant } from './complete-flow.ts';
import type { PageFlowDeps } from './flow-input.ts';

/** A code that a person may confirm on any device, and what its tokens are asked for with. */
export interface PreparedDevice extends AskedGrant {
  readonly authorization: DeviceAuthorization;
}

/**
 * Asks for the code of a sign-in on another device.
 *
 * Fails with `device-unavailable` (not offered, or refused), what the client's registration or the request failed with,
 * or `unsafe-url` and `address-not-public` for an address that nobody is sent to (F5, D8).
 *
 * @see RFC 8628 section 3.1
 */
export async function authorizeDevice(asked: GrantRequest, deps: PageFlowDeps): Promise<Result<PreparedDevice>> {
  const { input, authorizationServer, resource, scope } = asked;
  const { config, ticket } = input;
  const { issuer } = authorizationServer;
  if (!authorizationServer.deviceAuthorizationEndpoint) return fail({ code: 'device-unavailable', issuer });
  const client = await chooseClient(asked, true, deps);
  if (!client.ok) return client;
  const grant = { authorizationServer, client: client.value, resource, scope };
  const answer = await requestDeviceAuthorization(grant, namedBy(config, deps.http), () => deps.clock.now());
  if (!answer.ok) {
    const { problem } = answer;
    if (problem.code !== 'token-endpoint-error') return answer;
    if (client.value.how === 'dynamic' && problem.error === 'invalid_client') {
      await deps.store.rejectClient(config.name, issuer, client.value.clientId, ticket);
    }
    const said = [problem.error, problem.description].filter((words) => words).join(': ');
    return fail({ code: 'device-unavailable', issuer, detail: said || `the server answered ${problem.status}` });
  }
  const { verificationUri, verificationUriComplete } = answer.value;
  for (const page of [verificationUri, verificationUriComplete]) {
    const checked = await checkPage(config, page, deps);
    if (!checked.ok) return checked;
  }
  deps.logger.info('device.code-issued', {
    server: config.name,
    issuer,
    at: answer.value.expiresAt,
    ms: answer.value.intervalMs,
  });
  return ok({ ...grant, authorization: answer.value });
}
