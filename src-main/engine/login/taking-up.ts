import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { ok } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import type { Clock, Logger } from '../ports.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { Attempt, Attempts } from './attempts.ts';
import type { Flow, OAuthFlowCoordinator } from './flow-coordinator.ts';
import { type FlowRecord, settingsHash } from './flow-record.ts';
import type { FlowRecords } from './flow-records.ts';
import type { OpenRedirect } from './redirect-address.ts';

export interface LeftFlow {
  readonly server: ServerName;
  readonly config: () => Promise<ServerConfig>;
  /** Told of a flow that goes on, before anything of it can end. */
  readonly onFlow: (flow: Flow, askedScope: string | undefined) => void;
}

interface TakingUpDeps {
  readonly records: FlowRecords;
  readonly attempts: Attempts;
  readonly coordinator: OAuthFlowCoordinator;
  readonly openRedirect: OpenRedirect;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Goes on with the sign-ins that the last run left between browser and callback (F7). */
export class TakingUp {
  readonly #deps: TakingUpDeps;
  readonly #underWay = new Set<Promise<boolean>>();

  constructor(deps: TakingUpDeps) {
    this.#deps = deps;
  }

  /** Whoever needs to know all flows waits for what is being taken up; undefined where nothing is. */
  get underWay(): Promise<unknown> | undefined {
    return this.#underWay.size === 0 ? undefined : Promise.all(this.#underWay);
  }

  /** True where a flow goes on with the same link and deadline. */
  async takeUp(left: LeftFlow): Promise<boolean> {
    const work = this.#takeUp(left);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #takeUp({ server, config: readConfig, onFlow }: LeftFlow): Promise<boolean> {
    const { records, attempts, coordinator, openRedirect, store, clock, logger } = this.#deps;
    const record = await records.takeLeft(server);
    if (!record) return false;
    const config = await readConfig();
    await store.load(server);
    const over = whyOver(record, config, clock.now(), store.current(server)?.signedInAt);
    if (over) {
      logger.info('flow.left-is-over', { server, flowId: record.flowId, problem: over.code });
      attempts.remember(record.prepared, over);
      records.erase(server);
      return false;
    }
    const { flowId, correlationId, startedAt, deadline, askedScope, prepared } = record;
    const redirect = await openRedirect(prepared.redirectUri);
    // The address that the browser ends on can still be pasted in.
    if (!redirect.ok) logger.warn('flow.no-redirect', { server, problem: redirect.problem.code });
    const flow: Flow = { flowId, correlationId, server, startedAt, deadline };
    if (!coordinator.takeUp(flow)) {
      if (redirect.ok) redirect.value.close();
      return false;
    }
    const attempt: Attempt = {
      flow,
      config,
      ticket: store.ticket(server),
      prepared: Promise.resolve(ok(undefined)),
      ready: prepared,
      tell: () => onFlow(flow, askedScope),
      ...(redirect.ok ? { closeRedirect: redirect.value.close } : {}),
    };
    attempts.add(attempt);
    onFlow(flow, askedScope);
    return true;
  }
}

function whyOver(
  record: FlowRecord,
  config: ServerConfig,
  now: EpochMs,
  signedInAt: EpochMs | undefined,
): Problem | undefined {
  if (record.deadline <= now) return { code: 'flow-expired' };
  // Killed after the login was stored and before the record was erased: what it was for is there.
  if (signedInAt !== undefined && signedInAt >= record.startedAt) return { code: 'flow-superseded' };
  return record.settings === settingsHash(config) ? undefined : { code: 'flow-superseded' };
}
