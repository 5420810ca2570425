import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback } from '../servers/loopback-listener.ts';
import { readBody } from '../servers/request-body.ts';

export interface TokenTap {
  /** To be named as the token endpoint. */
  readonly url: string;
  /** Every code, verifier, token and client credential that passed. */
  readonly secrets: ReadonlySet<string>;
  close(): Promise<void>;
}

const SENT = ['code', 'code_verifier', 'refresh_token', 'client_secret', 'client_assertion'];
const RECEIVED = ['access_token', 'refresh_token', 'id_token'];

/** A token endpoint that passes everything on to the real one, and remembers what must be found nowhere else. */
export async function startTokenTap(tokenEndpoint: string): Promise<TokenTap> {
  const secrets = new Set<string>();
  const keep = (value: unknown): void => {
    if (typeof value === 'string' && value !== '') secrets.add(value);
  };
  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await readBody(request)).toString();
    const form = new URLSearchParams(body);
    for (const name of SENT) keep(form.get(name));
    const { authorization } = request.headers;
    if (authorization !== undefined) keep(authorization.split(' ')[1]);
    const answer = await fetch(tokenEndpoint, {
      method: 'POST',
      body,
      headers: {
        'content-type': request.headers['content-type'] ?? '',
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    const text = await answer.text();
    const said: unknown = JSON.parse(text);
    for (const [name, value] of Object.entries(said ?? {})) if (RECEIVED.includes(name)) keep(value);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  };
  const listener = await listenOnLoopback((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  return { url: `${listener.origin}/token`, secrets, close: () => listener.die() };
}
