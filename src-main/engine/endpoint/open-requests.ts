import type { ServerResponse } from 'node:http';

interface OpenRequest {
  /** Left out on `/mcp`, where a request may concern any. */
  readonly server?: string;
  readonly caller: string;
  readonly response: ServerResponse;
}

/** What is being answered now, so that who may no longer call, or be called, is cut off at once. */
export class OpenRequests {
  readonly #open = new Set<OpenRequest>();

  add(request: OpenRequest): void {
    this.#open.add(request);
    request.response.once('close', () => this.#open.delete(request));
  }

  /** The callers see their streams break off; the upstreams' ends are closed. */
  endOf(whose: { readonly server: string; readonly caller?: string } | { readonly caller: string }): void {
    for (const { server, caller, response } of this.#open) {
      if ('server' in whose && whose.server !== server) continue;
      if (whose.caller === undefined || whose.caller === caller) response.destroy();
    }
  }
}
