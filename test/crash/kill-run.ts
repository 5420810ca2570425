import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BuiltGatehouse, type LogLine } from '../e2e/built-gatehouse.ts';
import { ChildProcesses, type Running } from '../e2e/child-processes.ts';
import { recordedBrowser } from '../e2e/recorded-browser.ts';
import { startTestServers, type TestServers } from '../e2e/test-servers.ts';
import { until } from '../e2e/until.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { Exchange } from '../servers/exchange-record.ts';
import { signIn } from '../servers/sign-in.ts';
import { type Kill, type Loss, lossAt, type Saved } from './losses.ts';

/** Renewed at three quarters of it, so about once a second with what a start takes. */
const TOKEN_TTL_S = 1;
const LONGEST_START_MS = 600;
/** Two renewals. */
const LONGEST_LIFE_MS = 1600;
/** A refresh that nobody sends is not waited for any longer. */
const AIMS_FOR_MS = 5000;
const PATIENCE_MS = 20_000;
/** A short run on a busy machine sees too few refreshes to know how long one may take. */
const WINDOW_AT_LEAST_MS = 300;
/** The window is a few ms wide; aimed kills are spread over it and what follows. */
const AIMED_WITHIN_MS = 30;
/** Every third kill is aimed, every sixth comes while it starts. */
const HOW: readonly Kill['how'][] = ['running', 'starting', 'aimed', 'running', 'running', 'aimed'];
const NAME = 'main';

export interface KillRunOptions {
  readonly kills: number;
  readonly seed: number;
  /** How long the server takes a rotated refresh token again. 0: its use ends the login. */
  readonly graceS: number;
  readonly say: (sentence: string) => void;
}

export interface KillReport {
  readonly kills: readonly Kill[];
  readonly losses: readonly Loss[];
  /** Logins that are gone although the authorization server ended none. */
  readonly vanished: number;
  readonly refreshes: number;
  readonly signIns: number;
  readonly pages: number;
  /** Starts that ended with an error of their own. */
  readonly failedStarts: readonly string[];
  readonly saved: readonly Saved[];
  readonly lives: boolean;
}

/** Kills the built program again and again while it refreshes, on a real keyring, and counts at the server. */
export async function killAgainAndAgain(options: KillRunOptions): Promise<KillReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-crash-'));
  const children = new ChildProcesses();
  try {
    const browser = await recordedBrowser(folder);
    const env = { GATEHOUSE_BROWSER: browser.program, GATEHOUSE_LOG_LEVEL: 'debug' };
    const gatehouse = new BuiltGatehouse(children, path.join(folder, 'data'), env);
    const servers = await startTestServers(children, TOKEN_TTL_S);
    await servers.order('authorization', 'reuseGraceS', options.graceS);
    const run = new KillRun(options, gatehouse, servers);
    await run.begin();
    for (let number = 1; number <= options.kills; number += 1) await run.killOnce(number);
    return await run.end(browser.pages().length);
  } finally {
    await children.killAll();
    await rm(folder, { recursive: true, force: true });
  }
}

class KillRun {
  readonly #options: KillRunOptions;
  readonly #gatehouse: BuiltGatehouse;
  readonly #servers: TestServers;
  readonly #fraction: () => number;
  readonly #kills: Kill[] = [];
  readonly #failedStarts: string[] = [];
  /** When the server refused refresh tokens that had been good. */
  readonly #endedAt: number[] = [];
  #seenEnds = 0;
  #vanished = 0;
  #signIns = 0;

  constructor(options: KillRunOptions, gatehouse: BuiltGatehouse, servers: TestServers) {
    const random = createSeededRandom(options.seed);
    this.#fraction = () => random.fraction();
    this.#options = options;
    this.#gatehouse = gatehouse;
    this.#servers = servers;
  }

  async begin(): Promise<void> {
    const serving = await this.#gatehouse.serve();
    await this.#gatehouse.run('servers', 'add', NAME, this.#servers.mcpUrl);
    await this.#signIn();
    await this.#stop(serving.process);
  }

  async killOnce(number: number): Promise<void> {
    const how = HOW[number % HOW.length] ?? 'running';
    const answered = how === 'aimed' ? this.#nextAnswer() : undefined;
    const process = this.#gatehouse.start('serve', '--port', '0');
    if (answered !== undefined) {
      await Promise.race([answered, process.ended]);
      await pause(this.#fraction() * AIMED_WITHIN_MS);
    } else {
      if (how === 'running') await process.firstLine().catch(() => {});
      await pause(this.#fraction() * (how === 'running' ? LONGEST_LIFE_MS : LONGEST_START_MS));
    }
    this.#kills.push({ number, at: Date.now(), how });
    process.kill('SIGKILL');
    const { code, stdout, stderr } = await process.ended;
    if (code !== null) this.#failedStarts.push(`start ${number} ended with ${code}: ${stdout}${stderr}`);
    await this.#healIfEnded();
  }

  /** Resolves when the authorization server has ended a refresh, well or badly. */
  async #nextAnswer(): Promise<void> {
    const patience = new AbortController();
    const answer = this.#servers.order('authorization', 'nextRefreshAttempt').catch(() => {});
    await Promise.race([answer, pause(AIMS_FOR_MS, undefined, patience).catch(() => {})]);
    patience.abort();
  }

  async end(pages: number): Promise<KillReport> {
    // What the last kill cost shows at the next start.
    const last = await this.#gatehouse.serve();
    const isAlive = await this.#isRenewed(last.process);
    await this.#stop(last.process);
    await this.#healIfEnded();
    const serving = await this.#gatehouse.serve();
    const lives = isAlive || (await this.#isRenewed(serving.process));
    const log = await this.#gatehouse.log();
    const { log: exchanges, authorization } = await this.#servers.seen();
    await this.#stop(serving.process);
    const saved = savedIn(log, exchanges);
    const windows = saved.map(({ arrivedAt, savedAt }) => savedAt - arrivedAt);
    const windowMs = Math.max(WINDOW_AT_LEAST_MS, ...windows);
    const savedAt = log.filter(({ event }) => event === 'vault.saved').map(({ at }) => Date.parse(at));
    return {
      kills: this.#kills,
      losses: this.#endedAt.map((at) => lossAt(at, exchanges, this.#kills, windowMs, savedAt)),
      vanished: this.#vanished,
      refreshes: authorization.refreshes,
      signIns: this.#signIns,
      pages,
      failedStarts: this.#failedStarts,
      saved,
      lives,
    };
  }

  async #isRenewed(process: Running): Promise<boolean> {
    const before = (await this.#servers.seen()).authorization.refreshes;
    const isRenewed = async () => (await this.#servers.seen()).authorization.refreshes > before;
    const isEnded = async () => (await this.#newEnds()).length > 0;
    try {
      await until('a renewal, or its refusal', async () => (await isRenewed()) || (await isEnded()), PATIENCE_MS);
      return !(await isEnded());
    } catch {
      this.#vanished += 1;
      this.#options.say(`The login is gone, and no server ended it. ${process.said.stderr}`);
      return false;
    }
  }

  /** Refusals of this login's refresh tokens that were not seen before. */
  async #newEnds(): Promise<readonly Exchange[]> {
    const { log } = await this.#servers.seen();
    return log.filter(({ kind, error }) => kind === 'refresh' && error === 'invalid_grant').slice(this.#seenEnds);
  }

  /** A login that the server ended is signed in to again, by script, and the run goes on. */
  async #healIfEnded(): Promise<void> {
    const ends = await this.#newEnds();
    const [first] = ends;
    if (first === undefined) return;
    this.#endedAt.push(first.at);
    this.#options.say(`Kill ${this.#kills.length}: the login is lost; signing in again.`);
    const serving = await this.#gatehouse.serve();
    await this.#signIn();
    this.#seenEnds += (await this.#newEnds()).length;
    await this.#stop(serving.process);
  }

  async #signIn(): Promise<void> {
    const login = this.#gatehouse.start('auth', 'login', NAME, '--no-browser');
    const { authorizationUrl } = await login.firstLine();
    if (typeof authorizationUrl !== 'string') throw new Error(`No sign-in began: ${login.said.stdout}`);
    await signIn(authorizationUrl);
    const { code, stdout } = await login.ended;
    if (code !== 0) throw new Error(`The sign-in ended with ${code}: ${stdout}`);
    this.#signIns += 1;
  }

  async #stop(process: Running): Promise<void> {
    process.kill('SIGTERM');
    await process.ended;
  }
}

/** The refreshes whose three times are all known: the log of a killed program lacks its last lines. */
function savedIn(log: readonly LogLine[], exchanges: readonly Exchange[]): Saved[] {
  const arrivals = exchanges.filter(({ kind, ok }) => kind === 'refresh' && ok).map(({ at }) => at);
  return log.flatMap((line, index) => {
    if (line.event !== 'vault.saved' || line.correlationId === undefined) return [];
    const before = log.slice(0, index).filter(({ correlationId }) => correlationId === line.correlationId);
    const answered = before.findLast(({ event, status }) => event === 'oauth.response' && status === 200);
    const asked = before.findLast(({ event }) => event === 'refresh.attempt');
    if (answered === undefined || asked === undefined) return [];
    const answeredAt = Date.parse(answered.at);
    const arrivedAt = arrivals.findLast((at) => at <= answeredAt);
    if (arrivedAt === undefined || arrivedAt < Date.parse(asked.at) - 1) return [];
    return [{ arrivedAt, answeredAt, savedAt: Date.parse(line.at) }];
  });
}
