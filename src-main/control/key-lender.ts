import { fail, ok, type Result } from '../engine/model/result.ts';
import { openLink, type SocketLink } from './socket-link.ts';

export interface LentKey {
  readonly key: string;
  readonly url: string;
}

/** The engine, for who wants a key and to know when it ends. */
export interface KeyLender extends Pick<SocketLink, 'closed' | 'close'> {
  /** @param caller undefined: the bridges' own */
  lendKey(caller: string | undefined): Promise<Result<LentKey>>;
}

/** For the stdio bridge, which is started anew for each session of a tool: it loads no contract. Fails as `openLink` does. */
export async function connectKeyLender(dataDir: string): Promise<Result<KeyLender>> {
  const opened = await openLink(dataDir);
  if (!opened.ok) return opened;
  const { call, closed, close } = opened.value;
  return ok({
    closed,
    close,
    lendKey: async (caller) => {
      const reply = await call('lendKey', caller === undefined ? {} : { caller });
      if (!reply.ok) return reply;
      const lent = reply.value;
      const isLent = typeof lent === 'object' && lent !== null && 'key' in lent && 'url' in lent;
      if (isLent && typeof lent.key === 'string' && typeof lent.url === 'string') {
        return ok({ key: lent.key, url: lent.url });
      }
      return fail({ code: 'internal', detail: "the engine's answer to lendKey is not understood" });
    },
  });
}
