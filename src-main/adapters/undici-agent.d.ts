/** Undici's Agent alone: its index loads fetch, WebSocket, caches and mocks as well. The version is pinned. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}

/** Only undici's index gives every dispatcher its `request`; without it the function is called by itself. */
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}

/** What the Agent connects with, where a connection is to be judged or led through a proxy. */
declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
