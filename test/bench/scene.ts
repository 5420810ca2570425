import { join } from 'node:path';
import { startAuthorizationServer } from '../servers/authorization-server.ts';
import { ANSWER_MODES, type AnswerMode } from './answer-modes.ts';
import { Caller, type Target } from './caller.ts';
import {
  addCaller,
  allServersTarget,
  type BuiltProgram,
  laneTarget,
  prepareProgram,
  serve,
  serverName,
  signInTo,
} from './gatehouse.ts';
import { mcpRemoteArgs, type PeerScripts, peerTitle, startMcpProxy, supergatewayArgs } from './peers.ts';
import { residentMiB, type StartedProcess, startNode, treeMiB } from './processes.ts';
import type { Row } from './rounds.ts';
import { StdioCaller } from './stdio-caller.ts';

export interface SceneOptions {
  /** Where the built processes of the bench lie. */
  readonly processes: string;
  readonly dataDir: string;
  readonly cli: string;
  readonly vault: BuiltProgram['vault'];
  /** Undefined where they cannot be had. */
  readonly peers: PeerScripts | undefined;
}

interface Place {
  readonly name: string;
  readonly target: Target;
  readonly pid: number | undefined;
}

/** One upstream, and everything that is measured in front of it, each in a process of its own. */
export async function openScene({ processes, dataDir, cli, vault, peers }: SceneOptions) {
  const running: { end(): Promise<void> }[] = [];
  const started = async (...args: string[]): Promise<StartedProcess> => {
    const child = await startNode(args);
    running.push(child);
    return child;
  };
  const authorizationServer = await startAuthorizationServer();
  running.push({ end: () => authorizationServer.close() });
  const upstream = await started(join(processes, 'upstream.js'), authorizationServer.issuer);
  const upstreamPort = Number(upstream.told.port);
  const upstreamOrigin = `http://127.0.0.1:${upstreamPort}`;
  const splice = await started(join(processes, 'splice.js'), `${upstreamPort}`);
  // The SDK's client gives one abort signal to each fetch; Node's warnings of that would cost this row a tenth.
  const forwarder = await started('--no-warnings', join(processes, 'sdk-forwarder.js'), upstreamOrigin);
  const mcpProxy = peers ? await startMcpProxy(peers, `${upstreamOrigin}/guarded/json`) : undefined;
  if (mcpProxy) running.push(mcpProxy);

  const program = await prepareProgram(join(dataDir, 'data'), upstreamOrigin, { cli, vault });
  let gatehouse = await serve(program);
  const key = await addCaller(program);
  for (const mode of ANSWER_MODES) await signInTo(program, serverName(mode));

  const at = (port: number, path: string): Target => ({
    origin: `http://127.0.0.1:${port}`,
    path,
    authorization: 'Bearer of-the-bench',
    tool: 'echo',
  });
  const places = (mode: AnswerMode): readonly Place[] => [
    { name: 'direct', target: at(upstreamPort, `/guarded/${mode}`), pid: upstream.child.pid },
    { name: 'TCP splice', target: at(Number(splice.told.port), `/guarded/${mode}`), pid: splice.child.pid },
    { name: 'Gatehouse, lane', target: laneTarget(program, mode, key), pid: gatehouse.child.pid },
    { name: 'Gatehouse, /mcp', target: allServersTarget(program, mode, key), pid: gatehouse.child.pid },
    { name: 'SDK forwarder', target: at(Number(forwarder.told.port), `/${mode}`), pid: forwarder.child.pid },
    // It answers as it likes, so it stands where it fits.
    ...(mcpProxy && mode === 'json'
      ? [
          {
            name: `${peerTitle('mcp-proxy')} + ${peerTitle('mcp-remote')}`,
            target: at(mcpProxy.port, '/mcp'),
            pid: mcpProxy.pid,
          },
        ]
      : []),
  ];
  const overHttp = ({ name, target }: Place): Row => ({
    name,
    open: async (connections) => {
      const caller = new Caller(target, connections);
      await caller.initialize();
      return caller;
    },
  });
  /** As tools do: what there is to call is asked for first, and those of fifty servers take a moment after a start. */
  const listed = async (): Promise<void> => {
    for (const mode of ANSWER_MODES) {
      const target = allServersTarget(program, mode, key);
      const caller = new Caller(target, 1);
      await caller.initialize();
      while (!(await caller.list()).includes(target.tool)) {
        // A list that is not whole has waited for the rest already.
      }
      await caller.close();
    }
  };
  const overStdio = (name: string, args: readonly string[]): Row => ({
    name,
    open: async () => {
      const caller = new StdioCaller(args, 'echo');
      await caller.initialize();
      return caller;
    },
  });

  return {
    program,
    key,
    get gatehouse() {
      return gatehouse;
    },
    /** It was started anew. */
    set gatehouse(next: StartedProcess) {
      gatehouse = next;
    },
    listed,
    rows: (mode: AnswerMode): readonly Row[] => places(mode).map(overHttp),
    /** A caller that speaks stdio only. */
    bridgeRows: (): readonly Row[] => [
      ...places('json').slice(0, 1).map(overHttp),
      overStdio('gatehouse stdio', [cli, '--data-dir', program.dataDir, 'stdio', serverName('json')]),
      ...(peers
        ? [
            overStdio(peerTitle('mcp-remote'), mcpRemoteArgs(peers, `${upstreamOrigin}/guarded/json`)),
            overStdio(peerTitle('supergateway'), supergatewayArgs(peers, `${upstreamOrigin}/guarded/json`)),
          ]
        : []),
    ],
    /** Where a session can keep a stream open. */
    streamed: (): readonly Place[] => places('json').filter(({ name }) => name !== 'TCP splice'),
    memory: async (): Promise<Record<string, number | undefined>> => {
      const engine = await residentMiB(gatehouse.child.pid);
      const withWorker = await treeMiB(gatehouse.child.pid);
      return {
        'Gatehouse, engine': engine,
        'Gatehouse with its keychain worker': withWorker,
        'TCP splice': await treeMiB(splice.child.pid),
        'SDK forwarder': await treeMiB(forwarder.child.pid),
        ...(mcpProxy ? { 'mcp-proxy + mcp-remote': await treeMiB(mcpProxy.pid) } : {}),
      };
    },
    close: async (): Promise<void> => {
      await gatehouse.end();
      for (const child of running.reverse()) await child.end();
    },
  };
}
