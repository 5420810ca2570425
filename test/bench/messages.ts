/** What the measured tool is asked to say again. */
export type Message = string;

export const REVISION = '2025-11-25';
export const SHORT: Message = 'a short sentence, as tools get them';
/** Payloads of 1 KB and 1 MB, both ways. */
export const LONGER: Readonly<Record<string, Message>> = { '1 KB': 'x'.repeat(1000), '1 MB': 'x'.repeat(1_000_000) };

const rpc = (id: number, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** The messages of a client of 2025-11-25. */
export const message = {
  initialize: (id: number) =>
    rpc(id, 'initialize', {
      protocolVersion: REVISION,
      capabilities: {},
      clientInfo: { name: 'bench', version: '1.0.0' },
    }),
  initialized: () => JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
  list: (id: number) => rpc(id, 'tools/list', {}),
  call: (id: number, tool: string, text: Message) =>
    rpc(id, 'tools/call', { name: tool, arguments: { message: text } }),
};
