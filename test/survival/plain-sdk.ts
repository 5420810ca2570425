import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../e2e/built-gatehouse.ts';
import { listenOnLoopback } from '../servers/loopback-listener.ts';
import { measured } from './connected-tool.ts';
import type { Stage } from './stage.ts';
import type { ServerName, Subject, SubjectKind, Tool } from './subject.ts';

const TOOLS_AT_MOST = 10;
const SCRIPT = path.join(import.meta.dirname, 'plain-sdk.process.ts');
const PACKAGE = path.join(ROOT, 'node_modules/@modelcontextprotocol/sdk/package.json');
const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, 'utf8'));

export type SdkAnswer = { readonly call: number; readonly failure?: string };

/** The official SDK's client with its own `auth()`, each tool a process of its own with a login of its own. */
export const plainSdk: SubjectKind = {
  id: 'plain-sdk',
  title: `plain SDK ${version}`,
  begin: async (stage) => new PlainSdkSubject(stage, await freePorts(TOOLS_AT_MOST)),
};

/** Of the callback pages, which have to stay the same for a registered client. */
async function freePorts(count: number): Promise<readonly number[]> {
  const listeners = await Promise.all(
    Array.from({ length: count }, () => listenOnLoopback((_request, response) => void response.end())),
  );
  await Promise.all(listeners.map((listener) => listener.die()));
  return listeners.map(({ port }) => port);
}

class PlainSdkSubject implements Subject {
  readonly #stage: Stage;
  readonly #callbackPorts: readonly number[];
  readonly #processes = new Set<ChildProcess>();
  #tools = 0;

  constructor(stage: Stage, callbackPorts: readonly number[]) {
    this.#stage = stage;
    this.#callbackPorts = callbackPorts;
  }

  async start(): Promise<void> {}

  tool(server: ServerName): Tool {
    const { folder, env, mcp, browser } = this.#stage;
    // The same number again after a restart: tools are made in the same order.
    const port = this.#callbackPorts[this.#tools] ?? 0;
    this.#tools += 1;
    const file = path.join(folder, `login-${this.#tools}.json`);
    const child = fork(SCRIPT, [mcp[server].url, file, String(port), browser.program], {
      env,
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#processes.add(child);
    const waiting = new Map<number, (answer: SdkAnswer) => void>();
    const answered = (answer: SdkAnswer): void => {
      waiting.get(answer.call)?.(answer);
      waiting.delete(answer.call);
    };
    child.on('message', answered);
    child.once('exit', () => {
      this.#processes.delete(child);
      for (const call of waiting.keys()) answered({ call, failure: 'The program has ended.' });
    });
    child.on('error', () => {});
    // Its start is slow only because it is not compiled; that is not counted.
    const ready = new Promise<void>((resolve) => {
      child.once('message', () => resolve());
      child.once('exit', () => resolve());
    });
    let calls = 0;
    return {
      call: async () => {
        await ready;
        return measured(async () => {
          calls += 1;
          const call = calls;
          const { failure } = await new Promise<SdkAnswer>((resolve, reject) => {
            waiting.set(call, resolve);
            child.send({ call }, (error) => error && reject(error));
          });
          if (failure !== undefined) throw new Error(failure);
        });
      },
    };
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#tools = 0;
    await Promise.all(
      [...this.#processes].map(async (child) => {
        const gone = once(child, 'exit');
        child.kill(signal);
        await gone;
      }),
    );
  }
}
