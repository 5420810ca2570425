import type { Flow } from '../login/flow-coordinator.ts';
import type { SignIn, SignInStarted } from '../login/sign-in.ts';
import type { Problem } from '../model/problem.ts';
import { ok, type Result } from '../model/result.ts';
import type { ConfiguredClient, ServerConfig } from '../model/server-config.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { CurrentState } from './current-state.ts';
import type { Seen } from './probe.ts';
import { StepUps } from './step-up.ts';

interface ServerSignInDeps {
  readonly signIn: SignIn;
  readonly store: TokenStore;
  /** Looks at the server without a token. */
  readonly look: () => Promise<Seen>;
  readonly state: CurrentState;
  readonly config: () => ServerConfig;
  /** The flow's link is known. */
  readonly onLink: () => void;
}

/** Signing in to one server: what it asks for, and the flow that a person or the policy starts. */
export class ServerSignIn {
  readonly stepUps = new StepUps();
  readonly #deps: ServerSignInDeps;
  /** What the server said when it last refused a request. */
  #challenge: Challenge | undefined;
  /** What the sign-in under way asks for beyond the login in use. */
  #flowScope: string | undefined;

  constructor(deps: ServerSignInDeps) {
    this.#deps = deps;
  }

  get challenge(): Challenge | undefined {
    return this.#challenge;
  }

  heard(challenge: Challenge | undefined): void {
    this.#challenge = challenge ?? this.#challenge;
  }

  forgetChallenge(): void {
    this.#challenge = undefined;
  }

  get isUnderWay(): boolean {
    const state = this.#deps.state.value;
    return state.kind === 'logging-in' && this.#deps.signIn.coordinator.isLive(state.flowId);
  }

  /** The last run of the program left a flow between the browser and the callback. */
  get isFlowLeft(): boolean {
    return this.#deps.signIn.isLeft(this.#deps.config().name);
  }

  /** Goes on with it (F7). False where it is over, or the vault is locked. */
  takeUp(): Promise<boolean> {
    return this.#deps.signIn.takeUp({
      server: this.#deps.config().name,
      config: () => this.#flowConfig(),
      onFlow: (flow, askedScope) => this.#begun(flow, askedScope),
    });
  }

  /** Starts the flow, or joins the one that runs. */
  async start(input: {
    trigger: 'person' | 'automatic';
    openBrowser: boolean;
    startOver: boolean;
    device?: boolean;
  }): Promise<Result<SignInStarted>> {
    const { signIn, onLink } = this.#deps;
    const config = this.#deps.config();
    const { client } = config;
    const askedScope = this.stepUps.asked;
    const started = await signIn.start({
      // Without a wait where none is needed: whoever asks next finds the flow begun.
      config: client && !client.clientSecret ? await this.#flowConfig() : config,
      challenge: () => this.#askForChallenge(),
      askedScope,
      onFlow: (flow) => this.#begun(flow, askedScope),
      ...input,
    });
    if (started.ok) onLink();
    return started;
  }

  /** The flow that runs, or the one that `when-needed` starts where a person is needed. */
  async currentOrAutomatic(): Promise<Result<Flow | undefined>> {
    const config = this.#deps.config();
    const current = this.#deps.signIn.coordinator.current(config.name);
    if (current) return ok(current);
    if (!this.#deps.state.needsPerson || config.openBrowser !== 'when-needed') return ok(undefined);
    const started = await this.start({ trigger: 'automatic', openBrowser: true, startOver: false });
    return started.ok ? ok(started.value.flow) : started;
  }

  /** What a caller is told, at once. Under `when-needed` it starts the one flow, which nobody waits for here. */
  personNeeded(): Problem {
    const state = this.#deps.state.value;
    void this.currentOrAutomatic();
    return state.kind === 'login-needed' ? state.reason : { code: 'login-absent' };
  }

  cancel(problem: Problem): boolean {
    return this.#deps.signIn.coordinator.cancelFlow(this.#deps.config().name, problem);
  }

  /** A flow of this server brought a login. */
  completed(): void {
    this.stepUps.completed(this.#flowScope);
  }

  #begun({ flowId, startedAt, deadline }: Flow, askedScope: string | undefined): void {
    this.#flowScope = askedScope;
    this.#deps.state.apply({ kind: 'flow-started', flowId, at: startedAt, deadline });
  }

  async #flowConfig(): Promise<ServerConfig> {
    const config = this.#deps.config();
    const { client } = config;
    return client && !client.clientSecret ? this.#withSecret(config, client) : config;
  }

  /** A client secret that did not come through the configuration file is in the vault. */
  async #withSecret(config: ServerConfig, client: ConfiguredClient): Promise<ServerConfig> {
    const clientSecret = await this.#deps.store.clientSecret(config.name, client.clientId);
    return clientSecret ? { ...config, client: { ...client, clientSecret } } : config;
  }

  async #askForChallenge(): Promise<Challenge | undefined> {
    if (this.#challenge) return this.#challenge;
    const { url } = this.#deps.config();
    const seen = await this.#deps.look();
    // What an address said that is configured no more leads to its own authorization server.
    if (seen.kind === 'wants-login' && this.#deps.config().url === url) this.#challenge = seen.challenge;
    return this.#challenge;
  }
}
