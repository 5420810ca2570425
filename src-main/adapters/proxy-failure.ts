/** There is no way through the proxy; the message says why, without its credentials. Nothing was sent to the server. */
export class ProxyFailure extends Error {
  readonly code = 'GATEHOUSE_PROXY';
}
