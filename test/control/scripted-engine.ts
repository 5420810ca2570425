import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ControlSide, serveControl } from '../../src-main/control/connection.ts';
import { controlPath } from '../../src-main/control/control-path.ts';
import { fail } from '../../src-main/engine/model/result.ts';
import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';
import { callNames, type EventName, type Handlers } from '../../src-preload/derive.ts';

export const NOON = Date.UTC(2026, 5, 1, 12);

export function aRow(over: Partial<ServerRow> = {}): ServerRow {
  const name = over.name ?? 'notes';
  return {
    name,
    url: `https://${name}.example/mcp`,
    endpoint: `http://127.0.0.1:7717/mcp/${name}`,
    state: { kind: 'ready', token: { kind: 'not-needed' } },
    since: NOON,
    calls: 0,
    ...over,
  };
}

export function aSnapshot(servers: ServerRow[], over: Partial<Snapshot> = {}): Snapshot {
  return {
    version: '0.1.0',
    pid: 4242,
    dataDir: '/data',
    endpoint: 'http://127.0.0.1:7717/mcp',
    vault: { kind: 'keychain' },
    command: { file: '/usr/bin/node', args: ['/gatehouse/cli.js'] },
    demo: 'absent',
    callers: 0,
    servers,
    ...over,
  };
}

/** Handlers made by hand: what is not given answers with a problem that names the call. */
export function handlersWith(answers: Partial<Handlers>): Handlers {
  return Object.fromEntries(
    callNames.map((name) => [
      name,
      answers[name] ?? (async () => fail({ code: 'not-available', detail: `no answer was given for ${name}` })),
    ]),
  ) as unknown as Handlers;
}

export interface EventSource {
  readonly subscribe: ControlSide['subscribe'];
  readonly listeners: number;
  emit(event: EventName, payload: unknown): void;
}

export function createEventSource(): EventSource {
  const listeners = new Set<(event: EventName, payload: unknown) => void>();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    get listeners() {
      return listeners.size;
    },
    emit: (event, payload) => {
      for (const listener of listeners) listener(event, payload);
    },
  };
}

export interface ScriptedEngine {
  readonly dataDir: string;
  readonly socketPath: string;
  readonly events: EventSource;
  /** The engine's ends of the connections that are open. */
  readonly connections: ReadonlySet<Socket>;
  /** Ends every connection and the listener, as an engine does that stops. */
  close(): Promise<void>;
}

/** The engine's side of the socket in a data folder of its own, with the answers that the test gives. */
export async function startScriptedEngine(
  answers: Partial<Handlers>,
  onConnection?: (socket: Socket) => void,
): Promise<ScriptedEngine> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-control-'));
  const events = createEventSource();
  const connections = new Set<Socket>();
  const handlers = handlersWith(answers);
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    if (onConnection) onConnection(socket);
    else serveControl(socket, { handlers, subscribe: events.subscribe, pid: 4242, version: '9.9.9' });
  });
  const at = controlPath(dataDir);
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return {
    dataDir,
    socketPath: at,
    events,
    connections,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
