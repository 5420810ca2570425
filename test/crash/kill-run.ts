import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BuiltGatehouse } from '../e2e/built-gatehouse.ts';
import { ChildProcesses, type Running } from '../e2e/child-processes.ts';
import { recordedBrowser } from '../e2e/recorded-browser.ts';
import { startTestServers, type TestServers } from '../e2e/test-servers.ts';
import { until } from '../e2e/until.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { Exchange } from '../servers/exchange-record.ts';
import { signIn } from '../servers/sign-in.ts';
import {
  type JournalLine,
  journalEnvironment,
  type Passage,
  type Phase,
  passagesIn,
  phaseAtEnd,
  readJournal,
} from './journal.ts';
import { type Kill, type Loss, lossAt } from './losses.ts';

/** Renewed at three quarters of it, so about once a second with what a start takes. */
const TOKEN_TTL_S = 1;
const LONGEST_START_MS = 600;
/** Two renewals. */
const LONGEST_LIFE_MS = 1600;
/** A refresh that nobody sends is not waited for any longer. */
const AIMS_FOR_MS = 5000;
const PATIENCE_MS = 20_000;
/** The window is a few ms wide; aimed kills are spread over it and what follows. */
const AIMED_WITHIN_MS = 30;
/** Two processes note the time of one moment a little apart. */
const CLOCKS_MS = 5;
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
  /** Where the kills met the program, by its own journal. */
  readonly phases: Readonly<Record<Phase, number>>;
  readonly passages: readonly AnsweredPassage[];
  /** From the start of a process to its first request at the token endpoint, in ms: the restart's share of the grace. */
  readonly startsMs: readonly number[];
  readonly lives: boolean;
}

/** A passage whose answer was read, and when the server had answered it. */
export interface AnsweredPassage extends Passage {
  readonly answeredAt: number;
  readonly sentAt: number;
}

/** Kills the built program again and again while it refreshes, on a real keyring, and counts at the server. */
export async function killAgainAndAgain(options: KillRunOptions): Promise<KillReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-crash-'));
  const children = new ChildProcesses();
  try {
    const browser = await recordedBrowser(folder);
    const journal = path.join(folder, 'journal');
    const env = { GATEHOUSE_BROWSER: browser.program, ...journalEnvironment(journal) };
    const gatehouse = new BuiltGatehouse(children, path.join(folder, 'data'), env);
    const servers = await startTestServers(children, TOKEN_TTL_S);
    await servers.order('authorization', 'reuseGraceS', options.graceS);
    const run = new KillRun(options, gatehouse, servers, journal);
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
  readonly #journal: string;
  readonly #fraction: () => number;
  readonly #kills: Kill[] = [];
  readonly #failedStarts: string[] = [];
  /** When the server refused refresh tokens that had been good. */
  readonly #endedAt: number[] = [];
  #seenEnds = 0;
  #vanished = 0;
  #signIns = 0;

  constructor(options: KillRunOptions, gatehouse: BuiltGatehouse, servers: TestServers, journal: string) {
    const random = createSeededRandom(options.seed);
    this.#fraction = () => random.fraction();
    this.#options = options;
    this.#gatehouse = gatehouse;
    this.#servers = servers;
    this.#journal = journal;
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
    this.#kills.push({ number, pid: process.pid, at: Date.now(), how });
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
    const { log: exchanges, authorization } = await this.#servers.seen();
    await this.#stop(serving.process);
    const journal = readJournal(this.#journal);
    for (const at of this.#endedAt) this.#tellOf(at, journal, exchanges);
    return {
      kills: this.#kills,
      losses: this.#endedAt.map((at) => lossAt(at, exchanges, this.#kills, journal)),
      vanished: this.#vanished,
      refreshes: authorization.refreshes,
      signIns: this.#signIns,
      pages,
      failedStarts: this.#failedStarts,
      phases: phasesOf(this.#kills, journal),
      passages: answeredIn(journal, exchanges),
      startsMs: startsIn(journal),
      lives,
    };
  }

  /** What came before a login's end, for who has to explain it. */
  #tellOf(endedAt: number, journal: readonly JournalLine[], exchanges: readonly Exchange[]): void {
    const from = journal.findLast(({ what, at }) => what === 'handed' && at < endedAt)?.at ?? 0;
    const within = ({ at }: { readonly at: number }): boolean => at >= from - 20 && at <= endedAt + 20;
    const told = [
      ...journal.filter(within).map(({ pid, what, at }) => ({ at, text: `${pid} ${what}` })),
      ...this.#kills.filter(within).map(({ pid, how, at }) => ({ at, text: `${pid} killed (${how})` })),
      ...exchanges
        .filter((exchange) => exchange.kind === 'refresh' && within(exchange))
        .map(({ at, error, status }) => ({
          at,
          text: `the server was asked: ${error ?? status ?? 'no answer got out'}`,
        })),
    ].sort((one, other) => one.at - other.at);
    const lines = told.map(({ at, text }) => `  ${(at - endedAt).toFixed(1).padStart(9)} ms  ${text}`);
    this.#options.say(`Before the login's end:\n${lines.join('\n')}`);
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

function phasesOf(kills: readonly Kill[], journal: readonly JournalLine[]): Record<Phase, number> {
  const phases = { idle: 0, asked: 0, answered: 0, handed: 0 };
  for (const { pid } of kills) phases[phaseAtEnd(journal, pid)] += 1;
  return phases;
}

function answeredIn(journal: readonly JournalLine[], exchanges: readonly Exchange[]): AnsweredPassage[] {
  return passagesIn(journal).flatMap((passage) => {
    const { askedAt, answeredAt } = passage;
    if (answeredAt === undefined) return [];
    const sentAt = exchanges.find(({ answeredAt: at = 0 }) => at > askedAt && at < answeredAt + CLOCKS_MS)?.answeredAt;
    return sentAt === undefined ? [] : [{ ...passage, answeredAt, sentAt: Math.min(sentAt, answeredAt) }];
  });
}

function startsIn(journal: readonly JournalLine[]): number[] {
  return journal.flatMap(({ pid, what, at }) => {
    const asked = what === 'begun' && journal.find((line) => line.pid === pid && line.what === 'asked');
    return asked ? [asked.at - at] : [];
  });
}
