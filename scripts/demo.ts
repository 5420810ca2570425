// The demo: a real authorization server, a real MCP server behind it, Gatehouse as it was built, and a caller.
//   npm start -- --demo [--access-token-ttl 30s]; also started by the window's "Start the demo", then with IPC.
import { parseArgs } from 'node:util';
import { BuiltGatehouse } from '../test/e2e/built-gatehouse.ts';
import { ChildProcesses } from '../test/e2e/child-processes.ts';
import { LaneCaller } from '../test/e2e/lane-caller.ts';
import { startAuthorizationServer } from '../test/servers/authorization-server.ts';
import { startGuardedMcpServer } from '../test/servers/guarded-mcp-server.ts';
import { TEST_PASSWORD, TEST_USER } from '../test/servers/login-page.ts';
import { tellOfCalls } from './demo-caller.ts';
import { DEMO_SERVER, startDemoEngine } from './demo-engine.ts';

const { values } = parseArgs({
  options: { 'access-token-ttl': { type: 'string' }, demo: { type: 'boolean' } },
  strict: false,
});
// The window's button passes no arguments.
const wanted = values['access-token-ttl'] ?? process.env.GATEHOUSE_DEMO_ACCESS_TOKEN_TTL ?? '30s';
const accessTokenTtlS = Number(/^([1-9]\d*)s$/.exec(String(wanted))?.[1]);
if (Number.isNaN(accessTokenTtlS)) {
  console.error(`--access-token-ttl takes seconds such as 30s, not "${wanted}".`);
  process.exit(2);
}

let end: (exitCode: number) => void = () => {};
const ended = new Promise<number>((resolve) => {
  end = resolve;
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
process.once('disconnect', () => end(0));

const say = (sentence: string): void => console.log(`${new Date().toTimeString().slice(0, 8)}  ${sentence}`);
const authorizationServer = await startAuthorizationServer({ behaviour: { accessTokenTtlS, prefillSignIn: true } });
const mcp = await startGuardedMcpServer({ authorizationServer, upstream: 'everything' });
const engine = await startDemoEngine(mcp.url);
if (!engine.ok) {
  console.error(`The demo did not start: ${engine.why}`);
  process.exit(1);
}
void engine.ended.then(() => end(1));

const children = new ChildProcesses();
const gatehouse = new BuiltGatehouse(children, engine.dataDir, {});
const { key }: { key?: unknown } = JSON.parse((await gatehouse.run('callers', 'add', 'demo')).stdout || '{}');
const caller = new LaneCaller(engine.url, DEMO_SERVER, String(key));

process.send?.({ window: engine.window });
say(`The demo runs. Its window: ${engine.window}`);
say(
  `Click "Sign in" there; the sign-in page takes ${TEST_USER} / ${TEST_PASSWORD}. Ctrl+C ends it, and nothing stays.`,
);
const calling = tellOfCalls(caller, authorizationServer, accessTokenTtlS, say);

const exitCode = await ended;
calling.stop();
await engine.stop();
await children.killAll();
await Promise.all([mcp.close(), authorizationServer.close()]);
process.exit(exitCode);
