import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Random } from '../ports.ts';
import type { FlowOutcome } from './flow-coordinator.ts';
import { outcomePage, PAGE_HEADERS, unknownPage } from './pages.ts';
import { Remembered } from './remembered.ts';
import type { SignIn } from './sign-in.ts';

export const CALLBACK_PATH = '/oauth/callback';
export const DONE_PATH = '/oauth/done/';

const REMEMBERED = 100;

interface Ended {
  /** Absent: the flow was over before. */
  readonly server: string | undefined;
  readonly outcome: FlowOutcome;
}

/** The end of the browser's way: exchange first, then a page at an address without the code. */
export class RedirectReceiver {
  readonly #signIn: SignIn;
  readonly #random: Random;
  readonly #ended = new Remembered<string, Ended>(REMEMBERED);

  constructor(signIn: SignIn, random: Random) {
    this.#signIn = signIn;
    this.#random = random;
  }

  /**
   * Whatever comes of it, the browser ends at an address that bears no code.
   *
   * @param doneOrigin where the page at the end is shown, for a request that came to a listener of the flow's own
   */
  async receive(request: IncomingMessage, response: ServerResponse, url: URL, doneOrigin = ''): Promise<void> {
    const { server, outcome } = await this.#signIn.receive(url);
    const isUnknown = !outcome.ok && outcome.problem.code === 'unknown-state';
    // Nothing is remembered of an unknown one: strangers could push out what people still want to read.
    const location = `${doneOrigin}${DONE_PATH}${isUnknown ? 'unknown' : this.#remember({ server, outcome })}`;
    response.writeHead(303, { ...PAGE_HEADERS, 'referrer-policy': 'no-referrer', location }).end();
    request.resume();
  }

  showDone(response: ServerResponse, path: string): void {
    const ended = this.#ended.get(path.slice(DONE_PATH.length));
    if (ended) send(response, 200, outcomePage(ended.server, ended.outcome));
    else send(response, 404, unknownPage());
  }

  #remember(ended: Ended): string {
    const id = this.#random.token(16);
    this.#ended.set(id, ended);
    return id;
  }
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'referrer-policy': 'no-referrer' });
  response.end(html);
}
