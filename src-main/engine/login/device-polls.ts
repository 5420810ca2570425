import { withCorrelation } from '../correlation.ts';
import type { Problem } from '../model/problem.ts';
import { fail } from '../model/result.ts';
import { namedBy } from '../oauth/named-by.ts';
import { requestDeviceToken, type TokenGrant } from '../oauth/token-request.ts';
import type { Attempt } from './attempts.ts';
import { keepLogin, loginFrom } from './complete-flow.ts';
import type { PreparedDevice } from './device-flow.ts';
import { judgePoll } from './device-poll-policy.ts';
import type { FlowOutcome, OAuthFlowCoordinator } from './flow-coordinator.ts';
import type { FlowDeps } from './flow-input.ts';

interface DevicePollsDeps extends FlowDeps {
  readonly coordinator: OAuthFlowCoordinator;
  /** The code was confirmed: the login is stored by the same path as that of a page. */
  readonly complete: (attempt: Attempt, device: PreparedDevice, grant: TokenGrant) => Promise<FlowOutcome>;
  readonly conclude: (attempt: Attempt, outcome: FlowOutcome) => void;
}

/**
 * Asks for the tokens of codes that people confirm on other devices: at the server's pace, never after the code's or the
 * flow's end.
 *
 * @see RFC 8628 sections 3.4 and 3.5
 */
export class DevicePolls {
  readonly #deps: DevicePollsDeps;

  constructor(deps: DevicePollsDeps) {
    this.#deps = deps;
  }

  begin(attempt: Attempt, device: PreparedDevice): void {
    attempt.device = device;
    void withCorrelation(attempt.flow.correlationId, () => this.#poll(attempt, device));
  }

  async #poll(attempt: Attempt, device: PreparedDevice): Promise<void> {
    const { clock, logger, http } = this.#deps;
    const { flow, config } = attempt;
    const { authorization, ...asked } = device;
    const { deviceCode, intervalMs, expiresAt } = authorization;
    let pace = { intervalMs, failures: 0 };
    let waitMs = intervalMs;
    while (await this.#pause(attempt, Math.min(clock.now() + waitMs, expiresAt))) {
      if (clock.now() >= flow.deadline) return;
      if (clock.now() >= expiresAt) return this.#ended(attempt, { code: 'flow-expired' });
      const grant = await requestDeviceToken({ ...asked, deviceCode }, namedBy(config, http), () => clock.now());
      if (grant.ok) return this.#granted(attempt, device, grant.value);
      if (!this.#isWaiting(attempt)) return;
      const verdict = judgePoll(grant.problem, pace);
      if (verdict.kind === 'expired') return this.#ended(attempt, { code: 'flow-expired' });
      if (verdict.kind === 'over') return this.#refused(attempt, device, verdict.problem);
      if (verdict.pace.intervalMs > pace.intervalMs) {
        logger.info('device.slow-down', { server: flow.server, ms: verdict.pace.intervalMs });
      }
      ({ pace, waitMs } = verdict);
    }
  }

  /** False where the flow ended meanwhile. */
  #pause(attempt: Attempt, until: number): Promise<boolean> {
    if (!this.#isWaiting(attempt)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.setAlarm(until, () => resolve(this.#isWaiting(attempt)));
      attempt.stopPolling = () => {
        cancel();
        resolve(false);
      };
    });
  }

  /** Neither over nor being completed by the page's callback. */
  #isWaiting(attempt: Attempt): boolean {
    return this.#deps.coordinator.isLive(attempt.flow.flowId) && attempt.received === undefined;
  }

  async #granted(attempt: Attempt, device: PreparedDevice, grant: TokenGrant): Promise<void> {
    if (!this.#isWaiting(attempt)) {
      await keepLogin(attempt, loginFrom(device, attempt.config, grant), () => false, this.#deps);
      return;
    }
    attempt.received = this.#deps.complete(attempt, device, grant);
    this.#deps.conclude(attempt, await attempt.received);
  }

  async #refused(attempt: Attempt, { authorizationServer, client }: PreparedDevice, problem: Problem): Promise<void> {
    const { config, ticket } = attempt;
    const isClientUnknown = problem.code === 'token-endpoint-error' && problem.error === 'invalid_client';
    if (isClientUnknown && client.how === 'dynamic') {
      await this.#deps.store.rejectClient(config.name, authorizationServer.issuer, client.clientId, ticket);
    }
    // Somebody said no; a page beside it would only ask again.
    if (problem.code === 'authorization-refused') this.#deps.conclude(attempt, fail(problem));
    else this.#ended(attempt, problem);
  }

  /** The code is of no use any more; a page that was offered beside it still is. */
  #ended(attempt: Attempt, problem: Problem): void {
    if (!attempt.ready) {
      this.#deps.conclude(attempt, fail(problem));
      return;
    }
    this.#deps.logger.warn('device.ended', { server: attempt.flow.server, problem: problem.code });
    delete attempt.device;
    attempt.tell();
  }
}
