import { setInterval as every } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface Call {
  readonly at: number;
  readonly ms: number;
  /** Undefined where the call succeeded. */
  readonly failure?: string;
}

/** A tool with a caller key of its own, speaking through the lane with the official SDK. */
export class LaneCaller {
  readonly calls: Call[] = [];
  readonly #url: URL;
  readonly #key: string;
  #client: Client | undefined;
  #calling = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(origin: string, server: string, key: string) {
    this.#url = new URL(`/mcp/${server}`, origin);
    this.#key = key;
  }

  /** One call of a tool, connecting first where that is still to be done. */
  async call(): Promise<Call> {
    const at = Date.now();
    const text = `call ${this.calls.length + 1}`;
    let failure: string | undefined;
    try {
      this.#client ??= await this.#connect();
      const result = await this.#client.callTool({ name: 'echo', arguments: { message: text } });
      const [content] = result.content as { text?: string }[];
      if (content?.text !== `Echo: ${text}`) failure = `not the answer to ${text}`;
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const call = { at, ms: Date.now() - at, ...(failure === undefined ? {} : { failure }) };
    this.calls.push(call);
    return call;
  }

  /** Calls once a second until it is stopped. A slow call holds up no other. */
  callEverySecond(): void {
    this.#calling = new AbortController();
    const { signal } = this.#calling;
    this.#done = (async () => {
      const underWay: Promise<Call>[] = [];
      try {
        for await (const _ of every(1000, undefined, { signal })) underWay.push(this.call());
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      await Promise.all(underWay);
    })();
  }

  async stop(): Promise<void> {
    this.#calling.abort();
    await this.#done;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#client?.close();
    this.#client = undefined;
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: 'end-to-end', version: '1.0.0' });
    const headers = { authorization: `Bearer ${this.#key}` };
    await client.connect(new StreamableHTTPClientTransport(this.#url, { requestInit: { headers } }));
    return client;
  }
}
