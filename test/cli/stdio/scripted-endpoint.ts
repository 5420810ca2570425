import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runBridge } from '../../../src-main/cli/stdio/run-bridge.ts';
import type { KeyLender } from '../../../src-main/control/key-lender.ts';
import type { Problem } from '../../../src-main/engine/model/problem.ts';
import { fail, ok, type Result } from '../../../src-main/engine/model/result.ts';

export interface Arrived {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly id?: unknown; readonly method?: string; readonly params?: Record<string, unknown> };
}

type Answer = (response: ServerResponse, arrived: Arrived) => void;

export interface ScriptedEndpoint {
  readonly arrived: readonly Arrived[];
  /** What was asked with POST, by its method, in order. */
  readonly asked: readonly string[];
  /** From now on. */
  answer(how: Answer): void;
  /** The engine ends: its socket, its streams, and the keys that it lent. */
  restart(): void;
  /** Says this on standard input. */
  say(...messages: readonly (object | string)[]): void;
  /** The next message on standard output. */
  next(): Promise<Record<string, unknown>>;
  readonly notes: readonly string[];
  end(): Promise<number>;
}

const open: (() => Promise<unknown>)[] = [];

export async function closeScriptedEndpoints(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

export function json(
  response: ServerResponse,
  message: object,
  headers: Record<string, string> = {},
  status = 200,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(message));
}

export function result(response: ServerResponse, { body }: Arrived, value: object = {}, headers = {}): void {
  json(response, { jsonrpc: '2.0', id: body.id, result: value }, headers);
}

/** A bridge in this process before an engine of which the test decides each answer. */
export async function openScriptedEndpoint(problem?: Problem): Promise<ScriptedEndpoint> {
  const arrived: Arrived[] = [];
  let answer: Answer = (response, one) => result(response, one);
  let key = 'gate_1';
  const http: Server = createServer(async (request, response) => {
    const raw = await text(request);
    const one = { method: request.method ?? '', headers: request.headers, body: raw === '' ? {} : JSON.parse(raw) };
    if (request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('This caller key is not known to Gatehouse.\n');
      return;
    }
    arrived.push(one);
    if (one.method === 'POST' && one.body.id === undefined) response.writeHead(202).end();
    else answer(response, one);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  let goAway: () => void = () => {};
  const connect = async (): Promise<Result<KeyLender>> => {
    if (problem) return fail(problem);
    const closed = new Promise<void>((resolve) => {
      goAway = resolve;
    });
    const lent = key;
    return ok({ closed, close: () => {}, lendKey: async () => ok({ key: lent, url }) });
  };
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const notes: string[] = [];
  const note = (sentence: string): void => void notes.push(sentence);
  const running = runBridge({ name: undefined, caller: undefined, start: undefined, stdin, stdout, note, connect });
  const lines = stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  let held = '';
  const end = async (): Promise<number> => {
    stdin.end();
    return running;
  };
  open.push(async () => {
    await end();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return {
    arrived,
    get asked() {
      return arrived.flatMap(({ method, body }) =>
        method === 'POST' && body.method !== undefined ? [body.method] : [],
      );
    },
    answer: (how) => {
      answer = how;
    },
    restart: () => {
      key = `${key}1`;
      http.closeAllConnections();
      goAway();
    },
    say: (...messages) => {
      const said = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify({ jsonrpc: '2.0', ...one })));
      stdin.write(`${said.join('\n')}\n`);
    },
    next: async () => {
      while (!held.includes('\n')) held += (await lines.next()).value;
      const [line = '', ...rest] = held.split('\n');
      held = rest.join('\n');
      return JSON.parse(line);
    },
    notes,
    end,
  };
}
