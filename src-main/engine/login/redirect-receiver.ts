import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Random } from '../ports.ts';
import type { FlowOutcome } from './flow-coordinator.ts';
import { outcomePage, PAGE_HEADERS, unknownPage } from './pages.ts';
import type { SignIn } from './sign-in.ts';

export const CALLBACK_PATH = '/oauth/callback';
export const DONE_PATH = '/oauth/done/';

const REMEMBERED = 100;

/** The end of the browser's way: exchange first, then a page at an address without the code. */
export class RedirectReceiver {
  readonly #signIn: SignIn;
  readonly #random: Random;
  readonly #ended = new Map<string, { readonly server: string; readonly outcome: FlowOutcome }>();

  constructor(signIn: SignIn, random: Random) {
    this.#signIn = signIn;
    this.#random = random;
  }

  async receive(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { server, outcome } = await this.#signIn.receive(url);
    if (server === undefined) {
      send(response, 400, outcome.ok ? unknownPage() : outcomePage(undefined, outcome));
      return;
    }
    const id = this.#random.token(16);
    this.#ended.set(id, { server, outcome });
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= REMEMBERED) break;
      this.#ended.delete(oldest);
    }
    response.writeHead(303, { ...PAGE_HEADERS, 'referrer-policy': 'no-referrer', location: `${DONE_PATH}${id}` });
    response.end();
    request.resume();
  }

  showDone(response: ServerResponse, url: URL): void {
    const ended = this.#ended.get(url.pathname.slice(DONE_PATH.length));
    if (ended) send(response, 200, outcomePage(ended.server, ended.outcome));
    else send(response, 404, unknownPage());
  }
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'referrer-policy': 'no-referrer' });
  response.end(html);
}
