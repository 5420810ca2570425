/** Undici's Agent alone: its index loads fetch, WebSocket, caches and mocks as well. The version is pinned. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
