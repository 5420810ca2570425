import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { Http } from '../../src-main/engine/ports.ts';

/** The port over the platform's own fetch, for tests of what sits above it: no proxy, no limits, no re-check of hops. */
export function createDirectHttp(): Http {
  return {
    send: async ({ url, method, headers, body, redirects, timeoutMs }) => {
      try {
        const response = await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          redirect: redirects > 0 ? 'follow' : 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
        return ok({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: await response.text(),
          url: response.url || url,
        });
      } catch (error) {
        const { host } = new URL(url);
        if (error instanceof DOMException) return fail({ code: 'timed-out', host, afterMs: timeoutMs });
        return fail({ code: 'network-unreachable', host });
      }
    },
  };
}
