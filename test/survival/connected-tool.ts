import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Outcome, Tool } from './subject.ts';

/** What a person waits for before saying that it hangs. */
export const CALL_LIMIT_MS = 20_000;

let messages = 0;

export async function echo(client: Client): Promise<void> {
  messages += 1;
  const message = `call ${messages}`;
  const result = await client.callTool({ name: 'echo', arguments: { message } }, undefined, { timeout: CALL_LIMIT_MS });
  if (!JSON.stringify(result.content).includes(message)) throw new Error(`Not the answer to ${message}.`);
}

export async function measured(run: () => Promise<void>): Promise<Outcome> {
  const at = Date.now();
  const begun = performance.now();
  let failure: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${CALL_LIMIT_MS} ms.`)), CALL_LIMIT_MS);
  });
  try {
    await Promise.race([run(), late]);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  clearTimeout(timer);
  return { at, ms: Math.round(performance.now() - begun), ...(failure === undefined ? {} : { failure }) };
}

/** A tool with the official SDK's client; connects anew where its connection was closed or never came about. */
export class ConnectedTool implements Tool {
  readonly #transport: () => Transport;
  #client: Promise<Client> | undefined;

  constructor(transport: () => Transport) {
    this.#transport = transport;
  }

  call(): Promise<Outcome> {
    return measured(async () => {
      this.#client ??= this.#connect();
      await echo(await this.#client);
    });
  }

  async close(): Promise<void> {
    const client = await Promise.race([this.#client?.catch(() => undefined), Promise.resolve(undefined)]);
    await client?.close().catch(() => {});
  }

  #connect(): Promise<Client> {
    const client = new Client({ name: 'survival', version: '1.0.0' });
    const connected = client.connect(this.#transport(), { timeout: 60_000 }).then(() => client);
    const forget = (): void => {
      if (this.#client === connected) this.#client = undefined;
    };
    client.onclose = forget;
    connected.catch(forget);
    return connected;
  }
}
