import type { Client, PriorDiscovery } from '@modelcontextprotocol/client';
import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { isSameProgram, type ProgramConfig } from '../model/server-config.ts';
import type { ServerState } from '../model/server-state.ts';
import { serverWords } from '../oauth/server-words.ts';
import type { Clock, Logger, Programs, Random } from '../ports.ts';
import { Connecting } from './connecting.ts';
import { CurrentState } from './current-state.ts';
import { ErrorOutput } from './error-output.ts';
import { createMcpClient, listenForChanges, type McpPeer } from './mcp-client.ts';
import { problemOfProgram } from './program-problem.ts';
import { ProgramTransport } from './program-transport.ts';
import { CALLER_WAKES_EVERY_MS } from './reconnect-policy.ts';
import { Reconnection } from './reconnection.ts';
import { TurnedAway } from './upstream-fetch.ts';

export interface ProgramServerDeps {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onChange: (server: ProgramServer) => void;
  /** It says that it offers something else now. */
  readonly onOfferChange: (server: ProgramServer) => void;
}

/** A program that ran so long before it ended is started again as after its first failure. */
const PROVEN_AFTER_MS = 60_000;

/** A server that is silent for so long on the modern era's question is of the one before. */
const ERA_ANSWER_MS = 10_000;

/** A caller that comes while the program starts waits this long. */
const CALLER_WAITS_MS = 10_000;

const NO_SIGN_IN: Problem = {
  code: 'server-unsupported',
  ...say('program-has-no-sign-in'),
};

/**
 * One configured server that is a program on this machine. One process of it runs for as long as it is enabled: it
 * shows that the program works, and what it offers. Callers have processes of their own, so that what one of them does
 * there is never another's.
 */
export class ProgramServer {
  readonly transport = 'stdio';
  readonly login = undefined;
  readonly #deps: ProgramServerDeps;
  readonly #state: CurrentState;
  readonly #reconnection: Reconnection;
  readonly #connecting: Connecting;
  readonly #open = new Set<ProgramTransport>();
  #config: ProgramConfig;
  #errorOutput: ErrorOutput;
  #resident: Client | undefined;
  #prior: PriorDiscovery | undefined;
  /** Another one after each change that makes what was begun before it pointless. */
  #run = 0;
  #stopped = false;
  #lastWakeAt = Number.NEGATIVE_INFINITY;

  constructor(config: ProgramConfig, deps: ProgramServerDeps) {
    const { clock, random, logger } = deps;
    this.#config = config;
    this.#deps = deps;
    this.#errorOutput = new ErrorOutput(config.name, config.env, deps);
    const onChange = () => deps.onChange(this);
    this.#state = new CurrentState({ server: config.name, enabled: config.enabled, clock, logger, onChange });
    this.#reconnection = new Reconnection({ clock, random, connect: () => void this.connect('retry') });
    this.#connecting = new Connecting({ server: config.name, random, logger, connect: () => this.#connect() });
  }

  get name(): string {
    return this.#config.name;
  }

  get config(): ProgramConfig {
    return this.#config;
  }

  get state(): ServerState {
    return this.#state.value;
  }

  /** Since when the state has its kind. */
  get since(): EpochMs {
    return this.#state.since;
  }

  /** Undefined before its first answer. */
  get era(): 'legacy' | 'modern' | undefined {
    return this.#prior?.kind;
  }

  /** As it calls itself. */
  get serverName(): string | undefined {
    const { title, name } = this.#resident?.getServerVersion() ?? {};
    return serverWords(title) ?? serverWords(name);
  }

  get isWaitingToReconnect(): boolean {
    return this.#reconnection.isPlanned;
  }

  reconnectAt(at: EpochMs): void {
    this.#reconnection.moveTo(at);
  }

  /** Starts the program where it does not run, joined by whoever asks meanwhile. */
  connect(reason: 'start' | 'retry' | 'enabled' | 'reconnect'): Promise<void> {
    if (this.#stopped || this.#state.isOff || this.#resident) return Promise.resolve();
    this.#reconnection.cancel();
    return this.#connecting.join(reason);
  }

  /** Somebody asks for it: every process of it is ended, and the program started anew. */
  async reconnect(): Promise<Result<ServerState>> {
    if (this.#state.isOff) return fail(this.#state.offProblem);
    await this.#startAnew('reconnect');
    return ok(this.state);
  }

  async startLogin(): Promise<Result<never>> {
    return fail(NO_SIGN_IN);
  }

  cancelLogin(): boolean {
    return false;
  }

  async logout(): Promise<void> {}

  async configure(config: ProgramConfig): Promise<void> {
    if (isSameProgram(this.#config, config) && this.state.kind !== 'stopped') return;
    const wasEnabled = this.#config.enabled;
    this.#config = config;
    this.#errorOutput = new ErrorOutput(config.name, config.env, this.#deps);
    this.#prior = undefined;
    if (!config.enabled) {
      this.#state.apply({ kind: 'disabled' });
      await this.#endAll();
      return;
    }
    if (!wasEnabled) this.#state.apply({ kind: 'enabled', at: this.#deps.clock.now() });
    await this.#startAnew('enabled');
  }

  /** Refuses calls; what runs goes on running. */
  pause(): void {
    this.#state.apply({ kind: 'paused' });
  }

  async resume(): Promise<void> {
    if (this.state.kind !== 'paused') return;
    this.#state.apply({ kind: 'resumed', at: this.#deps.clock.now() });
    if (this.#resident) this.#state.apply({ kind: 'usable', token: { kind: 'not-needed' } });
    else await this.connect('enabled');
  }

  /** Its entry in the configuration cannot be used. */
  breakOff(problem: Problem): void {
    this.#state.apply({ kind: 'hopeless', problem });
    void this.#endAll();
  }

  /** Resolves when none of its processes is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#endAll();
  }

  /** It is no longer configured. */
  async remove(): Promise<void> {
    await this.stop();
  }

  /** A session of a caller, in a process of its own. Throws `TurnedAway`. */
  async open(peer: McpPeer): Promise<Client> {
    const problem = await this.#whyNot();
    if (problem) throw new TurnedAway(problem);
    try {
      return await this.#openClient(peer, true);
    } catch (error) {
      throw error instanceof Failed ? new TurnedAway(error.problem) : error;
    }
  }

  /** For a look at what it offers: the process that runs anyway, unless it would offer something else to this peer. */
  async look<T>(peer: McpPeer, use: (client: Client) => Promise<T>): Promise<T> {
    const problem = await this.#whyNot();
    if (problem) throw new TurnedAway(problem);
    if (Object.keys(peer.capabilities).length === 0 && this.#resident) return use(this.#resident);
    const client = await this.open(peer);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  }

  async #startAnew(reason: 'enabled' | 'reconnect'): Promise<void> {
    await this.#endAll();
    await this.connect(reason);
  }

  async #endAll(): Promise<void> {
    this.#run += 1;
    this.#reconnection.cancel();
    this.#resident = undefined;
    await Promise.all([...this.#open].map((transport) => transport.close()));
    // What was beginning has failed by now, and says nothing about the next one.
    await this.#connecting.underWay;
  }

  async #connect(): Promise<void> {
    const { clock } = this.#deps;
    const run = this.#run;
    this.#state.apply({ kind: 'connect-started', at: clock.now() });
    const peer: McpPeer = {
      clientInfo: { name: 'gatehouse', version: '0' },
      capabilities: {},
      onRequest: () => Promise.reject(new Error('nobody is asked anything here')),
      onNotification: ({ method }) => {
        if (method.endsWith('/list_changed')) this.#deps.onOfferChange(this);
      },
    };
    let client: Client;
    try {
      client = await this.#openClient(peer, false);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      if (run === this.#run) this.#failed(error.problem);
      return;
    }
    if (run !== this.#run) {
      await client.close();
      return;
    }
    const startedAt = clock.monotonicMs();
    const transport = client.transport as ProgramTransport;
    client.onclose = () => {
      if (run !== this.#run) return;
      this.#resident = undefined;
      if (clock.monotonicMs() - startedAt >= PROVEN_AFTER_MS) this.#reconnection.reached();
      this.#failed(problemOfProgram(this.#config.command, transport.end));
    };
    this.#resident = client;
    await listenForChanges(client);
    if (run === this.#run && this.#resident) this.#state.apply({ kind: 'usable', token: { kind: 'not-needed' } });
  }

  #failed(problem: Problem): void {
    this.#deps.logger.warn('program.failed', { server: this.name, problem: problem.code });
    const isHopeless = problem.code === 'program-not-found' || problem.code === 'program-not-started';
    if (isHopeless) this.#state.apply({ kind: 'hopeless', problem });
    else this.#state.apply({ kind: 'failed', problem, ...this.#reconnection.plan() });
  }

  /** Why a caller cannot have a session now; starts the program where that is worth a try. */
  async #whyNot(): Promise<Problem | undefined> {
    if (this.#stopped) return { code: 'not-available', ...say('server-ending') };
    const { blocked } = this.#state;
    if (blocked) return blocked;
    if (this.state.kind === 'connecting') void this.connect('start');
    if (this.state.kind === 'waiting' && this.#mayWake()) void this.connect('retry');
    const { underWay } = this.#connecting;
    if (underWay) await this.#atMost(CALLER_WAITS_MS, underWay);
    const { state } = this;
    if (state.kind === 'ready') return undefined;
    if (state.kind === 'waiting') return state.problem;
    return this.#state.blocked ?? { code: 'program-silent', command: this.#config.command, afterMs: CALLER_WAITS_MS };
  }

  /** A caller may wake what waits, but not every caller. */
  #mayWake(): boolean {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#lastWakeAt < CALLER_WAKES_EVERY_MS) return false;
    this.#lastWakeAt = now;
    return true;
  }

  #atMost(ms: number, work: Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve, reject) => {
      const cancel = clock.setAlarm(clock.now() + ms, resolve);
      work.then(resolve, reject).finally(cancel);
    });
  }

  /** Throws `Failed`. */
  async #openClient(peer: McpPeer, endsWhenIdle: boolean): Promise<Client> {
    const first = await this.#attempt(peer, endsWhenIdle, this.#prior);
    if (first.ok) return first.client;
    // Some end at whatever comes before initialize; that was the question for the era.
    const mayBeTheQuestion = this.#prior === undefined && first.problem.code === 'program-ended';
    if (!mayBeTheQuestion) throw new Failed(first.problem);
    const second = await this.#attempt(peer, endsWhenIdle, { kind: 'legacy' });
    if (!second.ok) throw new Failed(second.problem);
    return second.client;
  }

  async #attempt(
    peer: McpPeer,
    endsWhenIdle: boolean,
    prior: PriorDiscovery | undefined,
  ): Promise<{ ok: true; client: Client } | { ok: false; problem: Problem }> {
    const { ReadBuffer } = await import('@modelcontextprotocol/client');
    const { command, args, env, cwd } = this.#config;
    const run = this.#run;
    const transport = new ProgramTransport(
      {
        command,
        args,
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.reveal()])),
        ...(cwd === undefined ? {} : { cwd }),
      },
      new ReadBuffer(),
      {
        ...this.#deps,
        onErrorOutput: this.#errorOutput.ofProcess(),
        onGone: () => this.#open.delete(transport),
        endsWhenIdle,
      },
    );
    const client = await createMcpClient(peer, { timeoutMs: ERA_ANSWER_MS });
    this.#open.add(transport);
    try {
      await client.connect(transport, prior === undefined ? {} : { prior });
    } catch (error) {
      const { end } = transport;
      await transport.close();
      return { ok: false, problem: problemOfProgram(command, end, error) };
    }
    if (run === this.#run) {
      const discover = client.getDiscoverResult();
      this.#prior ??= discover ? { kind: 'modern', discover } : { kind: 'legacy' };
    }
    return { ok: true, client };
  }
}

class Failed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}
