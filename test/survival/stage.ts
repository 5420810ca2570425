import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChildProcesses } from '../e2e/child-processes.ts';
import { type RecordedBrowser, recordedBrowser } from '../e2e/recorded-browser.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../servers/authorization-server.ts';
import { type GuardedMcpServer, startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { ScriptedPerson } from './scripted-person.ts';
import type { ServerName } from './subject.ts';

/** The servers, the browser and the person of one trial. Nothing is shared between trials. */
export interface Stage {
  /** Of the subject: its home, and all that it writes. */
  readonly folder: string;
  readonly children: ChildProcesses;
  readonly authorization: AuthorizationServer;
  readonly mcp: Readonly<Record<ServerName, GuardedMcpServer>>;
  readonly browser: RecordedBrowser;
  readonly person: ScriptedPerson;
  /** For the subject's programs: its own home, and a browser that only writes down what it was to open. */
  readonly env: NodeJS.ProcessEnv;
}

export async function withStage<T>(accessTokenTtlS: number, play: (stage: Stage) => Promise<T>): Promise<T> {
  const top = await mkdtemp(path.join(tmpdir(), 'gatehouse-survival-'));
  const children = new ChildProcesses();
  // Strict: a rotated refresh token that is used again ends the login, as RFC 9700 4.14.2 recommends.
  const authorization = await startAuthorizationServer({ behaviour: { accessTokenTtlS } });
  const [main, other] = await Promise.all([
    startGuardedMcpServer({ authorizationServer: authorization }),
    startGuardedMcpServer({ authorizationServer: authorization }),
  ]);
  const browser = await recordedBrowser(top);
  const person = new ScriptedPerson(browser);
  const folder = await mkdtemp(path.join(top, 'home-'));
  const env = {
    ...process.env,
    HOME: folder,
    BROWSER: browser.program,
    GATEHOUSE_BROWSER: browser.program,
  };
  try {
    return await play({ folder, children, authorization, mcp: { main, other }, browser, person, env });
  } finally {
    await person.leave();
    await children.killAll();
    await Promise.all([main.close(), other.close(), authorization.close()]);
    await rm(top, { recursive: true, force: true, maxRetries: 5 });
  }
}
