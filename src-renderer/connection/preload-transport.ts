import { fail } from '../../src-main/engine/model/result.ts';
import type { Transport } from '../../src-preload/derive.ts';
import { texts } from '../ui/texts.ts';

declare global {
  interface Window {
    /** What the preload exposes; absent in a browser. */
    readonly gatehouse?: Transport;
  }
}

export function preloadTransport(): Transport | undefined {
  const exposed = window.gatehouse;
  if (!exposed) return undefined;
  return {
    on: (listener) => exposed.on(listener),
    call: async (name, input) => {
      try {
        return await exposed.call(name, input);
      } catch {
        return fail({ code: 'not-available', detail: texts.link.goneTitle });
      }
    },
  };
}
