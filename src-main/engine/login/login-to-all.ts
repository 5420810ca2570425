import type { FlowId, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { Result } from '../model/result.ts';
import type { Logger } from '../ports.ts';

/** Where the run is: whose page is open, and how many come after it. */
export interface LoginToAllProgress {
  readonly server: ServerName;
  readonly left: number;
}

export interface LoginToAllReport {
  readonly signedIn: readonly ServerName[];
  readonly passedOver: readonly { readonly name: ServerName; readonly problem: Problem }[];
  /** The person ended it before all had their turn. */
  readonly stopped: boolean;
}

export interface LoginToAllDeps {
  /** The servers that need a login now. */
  readonly needing: () => readonly ServerName[];
  readonly start: (server: ServerName, openBrowser: boolean) => Promise<Result<{ readonly flowId: FlowId }>>;
  readonly waitForFlow: (flowId: FlowId) => Promise<Result<void>>;
  /** The flow of this server that runs now. */
  readonly current: (server: ServerName) => FlowId | undefined;
  readonly cancel: (server: ServerName) => void;
  readonly onChange: () => void;
  readonly logger: Logger;
}

/**
 * Signs in to all that need it, one after the other: the next page opens only when the flow before it ended, good or
 * bad. Each server has one turn; one that comes to need a login meanwhile has its turn too. A restart ends the run.
 */
export class LoginToAll {
  readonly #deps: LoginToAllDeps;
  #run: Promise<LoginToAllReport> | undefined;
  #progress: LoginToAllProgress | undefined;
  #stopped = false;

  constructor(deps: LoginToAllDeps) {
    this.#deps = deps;
  }

  get progress(): LoginToAllProgress | undefined {
    return this.#progress;
  }

  /** Begins the run, or joins the one that is under way; resolves with how it ended. */
  start(openBrowser: boolean): Promise<LoginToAllReport> {
    this.#run ??= this.#all(openBrowser).finally(() => {
      this.#run = undefined;
    });
    return this.#run;
  }

  /** Ends the run and the flow under way. False where there is none. */
  stop(): boolean {
    if (!this.#run) return false;
    this.#stopped = true;
    if (this.#progress) this.#deps.cancel(this.#progress.server);
    return true;
  }

  async #all(openBrowser: boolean): Promise<LoginToAllReport> {
    this.#stopped = false;
    const hadTurn = new Set<ServerName>();
    const signedIn: ServerName[] = [];
    const passedOver: { name: ServerName; problem: Problem }[] = [];
    for (;;) {
      const [name, ...others] = this.#deps.needing().filter((server) => !hadTurn.has(server));
      if (name === undefined || this.#stopped) break;
      hadTurn.add(name);
      this.#show({ server: name, left: others.length });
      const outcome = await this.#one(name, openBrowser);
      if (outcome.ok) signedIn.push(name);
      else passedOver.push({ name, problem: outcome.problem });
    }
    const report = { signedIn, passedOver, stopped: this.#stopped };
    this.#show(undefined);
    this.#deps.logger.info('login-to-all.done', {
      outcome: report.stopped ? 'stopped' : 'done',
      count: signedIn.length,
      ...(passedOver.length === 0 ? {} : { detail: passedOver.map(({ name }) => name).join(', ') }),
    });
    return report;
  }

  async #one(server: ServerName, openBrowser: boolean): Promise<Result<void>> {
    const started = await this.#deps.start(server, openBrowser);
    let outcome = started.ok ? await this.#deps.waitForFlow(started.value.flowId) : started;
    // The person started it over: the turn lasts until that one ends.
    while (!outcome.ok && outcome.problem.code === 'flow-superseded') {
      const next = this.#deps.current(server);
      if (next === undefined) break;
      outcome = await this.#deps.waitForFlow(next);
    }
    return outcome;
  }

  #show(progress: LoginToAllProgress | undefined): void {
    this.#progress = progress;
    this.#deps.onChange();
  }
}
