import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BuiltGatehouse } from './built-gatehouse.ts';
import { ChildProcesses } from './child-processes.ts';
import { Person } from './person.ts';
import { type RecordedBrowser, recordedBrowser } from './recorded-browser.ts';
import { SecretHunt } from './secret-hunt.ts';
import { startTestServers, type TestServers } from './test-servers.ts';

/** The server that most of the run is about; its setting is the default, `ask`. */
export const MAIN = 'main';
/** Nobody is signed in to it, and its setting is `when-needed`. */
export const SECOND = 'second';

const LAST_LINES = 20;

/** Who and what takes part in a run. */
export interface Scene {
  readonly tokenTtlS: number;
  readonly gatehouse: BuiltGatehouse;
  readonly main: TestServers;
  readonly second: TestServers;
  readonly browser: RecordedBrowser;
  readonly person: Person;
  readonly hunt: SecretHunt;
  /** Tells what happens now. */
  readonly say: (sentence: string) => void;
}

export async function withScene(
  tokenTtlS: number,
  say: Scene['say'],
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-e2e-'));
  const children = new ChildProcesses();
  let person: Person | undefined;
  try {
    const browser = await recordedBrowser(folder);
    const env = { GATEHOUSE_BROWSER: browser.program, GATEHOUSE_LOG_LEVEL: 'debug' };
    const gatehouse = new BuiltGatehouse(children, path.join(folder, 'data'), env);
    const [main, second, somebody] = await Promise.all([
      startTestServers(children, tokenTtlS),
      startTestServers(children, tokenTtlS),
      Person.arrives(),
    ]);
    person = somebody;
    const hunt = new SecretHunt(browser.program);
    const endWatch = hunt.watch();
    try {
      await play({ tokenTtlS, gatehouse, main, second, browser, person, hunt, say });
    } catch (error) {
      // The folder goes, and with it what would explain it.
      const last = (await gatehouse.log()).slice(-LAST_LINES).map((line) => JSON.stringify(line));
      throw new Error(`The log ended with:\n${last.join('\n')}`, { cause: error });
    } finally {
      await endWatch();
    }
  } finally {
    await person?.leaves();
    await children.killAll();
    await rm(folder, { recursive: true, force: true });
  }
}
