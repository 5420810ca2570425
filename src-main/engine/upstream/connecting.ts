import { withCorrelation } from '../correlation.ts';
import type { ServerName } from '../model/ids.ts';
import type { Logger, Random } from '../ports.ts';

interface ConnectingDeps {
  readonly server: ServerName;
  readonly random: Random;
  readonly logger: Logger;
  /** @param isCurrent false once what it finds out is about what was before */
  readonly connect: (isCurrent: () => boolean) => Promise<void>;
}

/** The one attempt to connect that is under way, under a correlation id of its own. */
export class Connecting {
  readonly #deps: ConnectingDeps;
  #underWay: Promise<void> | undefined;
  #run = 0;

  constructor(deps: ConnectingDeps) {
    this.#deps = deps;
  }

  get underWay(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Begins one, or joins the one that is under way. */
  join(reason: string): Promise<void> {
    const { server, random, logger, connect } = this.#deps;
    const run = this.#run;
    this.#underWay ??= withCorrelation(`c-${random.uuid()}`, async () => {
      logger.info('server.connecting', { server, reason });
      await connect(() => this.#run === run);
    }).finally(() => {
      if (this.#run === run) this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** The server is another one now, or switched off: nobody joins the attempt that began before. */
  outdate(): void {
    this.#run += 1;
    this.#underWay = undefined;
  }
}
