import { withCorrelation } from '../correlation.ts';
import type { ServerName } from '../model/ids.ts';
import type { Logger, Random } from '../ports.ts';

interface ConnectingDeps {
  readonly server: ServerName;
  readonly random: Random;
  readonly logger: Logger;
  readonly connect: () => Promise<void>;
}

/** The one attempt to connect that is under way, under a correlation id of its own. */
export class Connecting {
  readonly #deps: ConnectingDeps;
  #underWay: Promise<void> | undefined;

  constructor(deps: ConnectingDeps) {
    this.#deps = deps;
  }

  get underWay(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Begins one, or joins the one that is under way. */
  join(reason: string): Promise<void> {
    const { server, random, logger, connect } = this.#deps;
    this.#underWay ??= withCorrelation(`c-${random.uuid()}`, async () => {
      logger.info('server.connecting', { server, reason });
      await connect();
    }).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}
