import { atMost } from '../at-most.ts';
import { withCorrelation } from '../correlation.ts';
import type { Finding } from '../model/finding.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import type { ProgramConfig, ServerConfig } from '../model/server-config.ts';
import type { Logger, Random } from '../ports.ts';
import { type LookAtDeps, lookAt } from './look-at.ts';
import { ProgramServer, type ProgramServerDeps } from './program-server.ts';

/** A few addresses, each asked in turn; a person waits for it. */
const ADDRESS_LOOK_MS = 30_000;
/** The first start of a program may begin with its download. */
const PROGRAM_LOOK_MS = 60_000;
/** A person looks at one thing at a time, in one window or two. */
const AT_ONCE = 4;

export interface LooksDeps extends LookAtDeps {
  readonly programs: ProgramServerDeps['programs'];
  readonly random: Random;
  readonly logger: Logger;
}

/** Looks at servers that are not configured yet. Nothing of them is kept. */
export class Looks {
  readonly #deps: LooksDeps;
  readonly #programs = new Set<ProgramServer>();
  #underWay = 0;

  constructor(deps: LooksDeps) {
    this.#deps = deps;
  }

  address(config: ServerConfig): Promise<Result<Finding>> {
    const { host } = new URL(config.url);
    return this.#limited(async () => {
      const looked = await atMost(this.#deps.clock, ADDRESS_LOOK_MS, lookAt(config, this.#deps));
      return looked ?? fail({ code: 'timed-out', host, afterMs: ADDRESS_LOOK_MS });
    });
  }

  /** Starts the program, hears its first answer, and ends it with all that it started. */
  program(config: ProgramConfig): Promise<Result<Finding>> {
    return this.#limited(async () => {
      const nobody = (): void => {};
      const server = new ProgramServer(config, { ...this.#deps, onChange: nobody, onOfferChange: nobody });
      this.#programs.add(server);
      try {
        await atMost(this.#deps.clock, PROGRAM_LOOK_MS, server.connect('start'));
        return this.#told(server);
      } finally {
        await server.stop();
        this.#programs.delete(server);
      }
    });
  }

  /** Ends what was started for a look. */
  async stop(): Promise<void> {
    await Promise.all([...this.#programs].map((server) => server.stop()));
  }

  #told({ state, era, serverName, config }: ProgramServer): Result<Finding> {
    if (state.kind === 'waiting' || state.kind === 'stopped') return fail(state.problem);
    if (state.kind !== 'ready') {
      return fail({ code: 'program-silent', command: config.command, afterMs: PROGRAM_LOOK_MS });
    }
    return ok({
      transport: 'stdio',
      access: { kind: 'open' },
      ...(era === undefined ? {} : { era }),
      ...(serverName === undefined ? {} : { serverName }),
    });
  }

  async #limited(look: () => Promise<Result<Finding>>): Promise<Result<Finding>> {
    if (this.#underWay >= AT_ONCE) {
      return fail({ code: 'not-available', ...say('looks-busy') });
    }
    this.#underWay += 1;
    try {
      return await withCorrelation(`l-${this.#deps.random.uuid()}`, look);
    } finally {
      this.#underWay -= 1;
    }
  }
}
