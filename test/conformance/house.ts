import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ControlClient, connectControl, type ServerRow } from '../../src-main/control/socket-client.ts';
import type { Result } from '../../src-main/engine/model/result.ts';
import { sentenceFor } from '../../src-main/engine/model/words.ts';
import { BuiltGatehouse } from '../e2e/built-gatehouse.ts';
import { ChildProcesses } from '../e2e/child-processes.ts';
import { signIn } from '../servers/sign-in.ts';
import type { Setup } from './scenario.ts';

const NAME = 'suite';

/** The built program with one server and one caller, and a person who signs in where they are asked to. */
export class House {
  readonly url: URL;
  readonly key: string;
  readonly #control: ControlClient;
  readonly #end: () => Promise<void>;

  private constructor(url: URL, key: string, control: ControlClient, end: () => Promise<void>) {
    this.url = url;
    this.key = key;
    this.#control = control;
    this.#end = end;
  }

  static async open({ entry, env, settings }: Setup): Promise<House> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'gatehouse-conformance-'));
    const children = new ChildProcesses();
    let control: ControlClient | undefined;
    const end = async (): Promise<void> => {
      control?.close();
      await children.killAll();
      await rm(dataDir, { recursive: true, force: true });
    };
    try {
      await writeFile(
        path.join(dataDir, 'config.json'),
        JSON.stringify({ ...settings, mcpServers: { [NAME]: entry } }),
      );
      const { url } = await new BuiltGatehouse(children, dataDir, env).serve('--vault', 'memory');
      control = wanted(await connectControl(dataDir));
      const { key } = wanted(await control.addCaller({ name: 'conformance' }));
      return new House(new URL(`/mcp/${NAME}`, url), key, control, end);
    } catch (error) {
      await end();
      throw error;
    }
  }

  /** The row, once the server was looked at and no sign-in is under way. */
  async settled(): Promise<ServerRow> {
    return new Promise((resolve, reject) => {
      const look = (row: ServerRow | undefined): void => {
        if (row?.name !== NAME || row.state.kind === 'connecting' || row.state.kind === 'logging-in') return;
        stop();
        resolve(row);
      };
      const stop = this.#control.on('server', look);
      this.#control.status({}).then((status) => look(wanted(status).servers[0]), reject);
    });
  }

  /** Whether the row has a button that leads to a sign-in. */
  async asksForPerson(): Promise<boolean> {
    const { state } = await this.settled();
    return state.kind === 'login-needed' || (state.kind === 'ready' && state.stepUp !== undefined);
  }

  /** Clicks the button and follows the link. Throws with the sentence that a person reads where it fails. */
  async signIn(): Promise<void> {
    const { authorizationUrl, flowId } = wanted(await this.#control.startLogin({ name: NAME, openBrowser: false }));
    const ended = this.#control.waitForLogin({ name: NAME, flowId });
    await signIn(authorizationUrl);
    wanted(await ended);
  }

  /** What the window says of the server, for who reads why a scenario ended as it did. */
  async word(): Promise<string> {
    const { state } = await this.settled();
    if ('reason' in state) return sentenceFor(state.reason);
    if ('problem' in state) return sentenceFor(state.problem);
    return state.kind;
  }

  close(): Promise<void> {
    return this.#end();
  }
}

function wanted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(sentenceFor(result.problem));
}
