import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { expect } from 'vitest';
import { createConfigFile } from '../../src-main/adapters/config-file.ts';
import { createHttp, type HttpOptions } from '../../src-main/adapters/http.ts';
import { createKeptRecord } from '../../src-main/adapters/kept-record.ts';
import { createPrograms } from '../../src-main/adapters/programs/programs.ts';
import { createStoredJson } from '../../src-main/adapters/stored-json.ts';
import { createUpstreamHttp } from '../../src-main/adapters/upstream-http.ts';
import {
  NO_TIMELINES,
  parseAutomaticPages,
  parseCallers,
  parseLoginIndex,
  parseOffers,
  parsePinnedTools,
  parsePort,
  parseTimelines,
} from '../../src-main/engine/config/stored-values.ts';
import { Engine } from '../../src-main/engine/engine.ts';
import type { ServerView } from '../../src-main/engine/engine-view.ts';
import type { PinnedTools } from '../../src-main/engine/model/pinned-tools.ts';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';
import type { UpstreamHttp } from '../../src-main/engine/ports.ts';
import { createManualClock, type ManualClock, settle } from '../fakes/manual-clock.ts';
import { createTestVault, type TestVault } from '../fakes/memory-vault.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createScriptedBrowser, type ScriptedBrowser } from '../fakes/scripted-browser.ts';
import { createScriptedNetwork, type ScriptedNetwork } from '../fakes/scripted-network.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { signIn } from '../servers/sign-in.ts';

/** A connection for each call: one that was kept would meet another listener on the same port after a restart. */
const ONE_CALL_A_CONNECTION = new Agent({ pipelining: 0 });

/** How long a test waits for something that comes by itself, in real time. */
const PATIENCE_MS = 8000;

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The JSON-RPC message in the body, be it JSON or an event stream. */
  readonly message: {
    readonly result?: unknown;
    readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> };
  };
}

export interface Household {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly vault: TestVault;
  readonly browser: ScriptedBrowser;
  readonly network: ScriptedNetwork;
  /** Whether the person is there; at first this machine cannot tell. */
  readonly presence: { idle: number | undefined };
  readonly logger: RecordingLogger;
  readonly dataDir: string;
  readonly key: string;
  state(server: string): ServerState;
  view(server: string): ServerView;
  /** Resolves with the state once its kind is this one. */
  reached(server: string, kind: ServerState['kind']): Promise<ServerState>;
  /** Resolves once the condition holds; looked at whenever the engine tells of a change, and every few ms. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** A caller's request through the lane: `server/discover`-free, one plain `ping`-like JSON-RPC call. */
  call(server: string, options?: CallOptions): Promise<Answer>;
  /** A person clicks Sign in and signs in at the page; resolves when the row says connected. */
  signInTo(server: string): Promise<void>;
  /** Quits the program and starts it again on the same data folder, vault and clock. */
  restart(): Promise<void>;
  /** The machine sleeps: the wall clock jumps, nothing else happens. */
  sleep(span: Parameters<ManualClock['jump']>[0]): Promise<void>;
  /** Nothing is left behind, and no secret is in the log or on disk. */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly method?: string;
  readonly params?: unknown;
  readonly id?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

interface HouseholdOptions {
  /** Name -> URL, or an entry of `mcpServers`. */
  readonly servers: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly clock?: ManualClock;
  readonly vault?: TestVault;
  readonly env?: Readonly<Record<string, string>>;
  readonly flowDeadlineMs?: number;
  /** What our own exchanges see of the network. */
  readonly http?: HttpOptions;
  /** Laid around what the lane sends with. */
  readonly upstreamHttp?: (real: UpstreamHttp) => UpstreamHttp;
  /** Strings that must be found in no log line and no file. */
  readonly secrets?: readonly string[];
  /** Begins with what a killed program left: its files, and its vault as it is at this moment. */
  readonly leftBy?: Household;
}

const open: Household[] = [];

/** For `afterEach`: ends every household of the test, each with its checks. */
export async function closeHouseholds(): Promise<void> {
  for (const household of open.splice(0)) await household.close();
}

/** A whole engine in a temporary data folder: real HTTP on both sides, a manual clock, a scripted browser. */
export async function openHousehold(options: HouseholdOptions): Promise<Household> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-story-'));
  const clock = options.clock ?? createManualClock(Date.now());
  const vault = options.vault ?? createTestVault(Object.fromEntries(options.leftBy?.vault.values ?? []));
  const browser = createScriptedBrowser();
  const network = createScriptedNetwork();
  const presence: Household['presence'] = { idle: undefined };
  const logger = createRecordingLogger();
  const random = createSeededRandom();
  const path = (name: string): string => join(dataDir, name);
  const mcpServers = Object.fromEntries(
    Object.entries(options.servers).map(([name, entry]) => [name, typeof entry === 'string' ? { url: entry } : entry]),
  );
  const configText = JSON.stringify({ mcpServers, ...options.settings }, null, 2);
  if (options.leftBy) await copyFiles(options.leftBy.dataDir, dataDir);
  await writeFile(path('config.json'), configText);

  const start = async () => {
    const http = createHttp(options.http);
    const upstreamHttp = createUpstreamHttp();
    const programs = createPrograms({ env: process.env });
    const engine = new Engine(
      {
        clock,
        vault,
        browser,
        presence: { idleMs: () => presence.idle },
        network,
        logger,
        random,
        http,
        upstreamHttp: options.upstreamHttp?.(upstreamHttp) ?? upstreamHttp,
        programs,
        config: createConfigFile({
          path: path('config.json'),
          env: options.env ?? {},
          logger,
          trust: (certificates) => {
            http.trust(certificates);
            upstreamHttp.trust(certificates);
          },
        }),
        callersFile: createStoredJson({ path: path('callers.json'), parse: parseCallers, empty: [], logger }),
        loginIndexFile: createStoredJson({ path: path('logins.json'), parse: parseLoginIndex, empty: {}, logger }),
        pinnedTools: createKeptRecord<PinnedTools>(
          createStoredJson({ path: path('tools.json'), parse: parsePinnedTools, empty: [], logger }),
        ),
        timelines: createKeptRecord(
          createStoredJson({ path: path('history.json'), parse: parseTimelines, empty: NO_TIMELINES, logger }),
        ),
        offers: createKeptRecord(
          createStoredJson({ path: path('offers.json'), parse: parseOffers, empty: {}, logger }),
        ),
        portFile: createStoredJson({ path: path('port.json'), parse: parsePort, empty: 0, logger }),
        automaticPagesFile: createStoredJson({
          path: path('automatic-pages.json'),
          parse: parseAutomaticPages,
          empty: {},
          logger,
        }),
        formatTime: (at) => new Date(at).toISOString().slice(11, 16),
      },
      { port: 0, ...(options.flowDeadlineMs === undefined ? {} : { flowDeadlineMs: options.flowDeadlineMs }) },
    );
    const started = await engine.start();
    if (!started.ok) throw new Error(`the engine did not start: ${started.problem.code}`);
    const stop = async (): Promise<void> => {
      await engine.stop();
      await http.close();
      await upstreamHttp.close();
      await programs.close();
    };
    return { engine, stop };
  };

  let running = await start();
  const added = await running.engine.addCaller(options.leftBy ? 'after the kill' : 'story');
  if (!added.ok) throw new Error('the caller was not added');
  const { key } = added.value;
  const secrets = [...(options.secrets ?? []), key];

  const household: Household = {
    get engine() {
      return running.engine;
    },
    clock,
    vault,
    browser,
    network,
    presence,
    logger,
    dataDir,
    key,
    view(server) {
      const view = running.engine.serverView(server);
      if (!view.ok) throw new Error(`no server ${server}`);
      return view.value;
    },
    state: (server) => household.view(server).state,
    async reached(server, kind) {
      await household.until(() => household.state(server).kind === kind, `${server} is ${kind}`);
      return household.state(server);
    },
    async until(condition, what) {
      const begun = Date.now();
      while (!condition()) {
        if (Date.now() - begun > PATIENCE_MS) {
          const states = running.engine.view().servers.map((view) => `${view.name}: ${JSON.stringify(view.state)}`);
          throw new Error(`waited in vain: ${what}; ${states.join('; ')}`);
        }
        await new Promise<void>((resolve) => setTimeout(resolve, 5));
      }
    },
    async call(server, { method = 'tools/list', params = {}, id = 1, headers = {}, key: otherKey } = {}) {
      const { endpoint } = running.engine.view();
      const response = await fetch(`${endpoint}/${server}`, {
        method: 'POST',
        dispatcher: ONE_CALL_A_CONNECTION,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${otherKey ?? key}`,
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      });
      const body = await response.text();
      return { status: response.status, body, message: messageIn(body) };
    },
    async signInTo(server) {
      const started = await running.engine.startLogin(server, { openBrowser: false, startOver: false });
      if (!started.ok) throw new Error(`the sign-in did not start: ${JSON.stringify(started.problem)}`);
      const { authorizationUrl, flow } = started.value;
      await signIn(authorizationUrl);
      const outcome = await running.engine.waitForLogin(server, flow.flowId);
      if (!outcome.ok) throw new Error(`the sign-in failed: ${JSON.stringify(outcome.problem)}`);
      await household.until(() => !vault.values.has(`${server}/sign-in`), 'the record of the sign-in is erased');
    },
    async restart() {
      await running.stop();
      running = await start();
    },
    async sleep(span) {
      await clock.jump(span);
    },
    async close() {
      await running.stop();
      await settle();
      expect(clock.pendingAlarms, 'alarms left behind').toEqual([]);
      expect(clock.jumpListeners + network.listeners, 'listeners left behind').toBe(0);
      const tokens = [...vault.values.values()].flatMap(secretsIn);
      const log = JSON.stringify(logger.lines);
      const files = await Promise.all((await readdir(dataDir)).map((name) => readFile(path(name), 'utf8')));
      for (const secret of [...secrets, ...tokens]) {
        expect(log.includes(secret), 'a secret in the log').toBe(false);
        expect(
          files.some((text) => text.includes(secret)),
          'a secret on disk',
        ).toBe(false);
      }
      // A small file may still be on its way to the disk.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    },
  };
  open.push(household);
  return household;
}

/** As they are on disk; one that is being written has another name until it is whole. */
async function copyFiles(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => !name.endsWith('.tmp'));
  await Promise.all(names.map((name) => copyFile(join(from, name), join(to, name))));
}

/** Tokens and client secrets of a vault record. */
function secretsIn(record: string): string[] {
  return [...record.matchAll(/"(?:accessToken|refreshToken|clientSecret)":"([^"]+)"/g)].map((match) => match[1] ?? '');
}

function messageIn(body: string): Answer['message'] {
  const data = body.startsWith('{') ? body : /^data: (\{.*)$/m.exec(body)?.[1];
  if (data === undefined) return {};
  return JSON.parse(data) as Answer['message'];
}
