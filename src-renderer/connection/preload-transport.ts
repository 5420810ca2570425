import { fail } from '../../src-main/engine/model/result.ts';
import type { Transport } from '../../src-preload/derive.ts';
import { texts } from '../ui/texts.ts';
import type { OnLink } from './link.ts';

declare global {
  interface Window {
    /** What the preload exposes; absent in a browser. */
    readonly gatehouse?: Transport;
  }
}

export function preloadTransport(onLink: OnLink): Transport | undefined {
  const exposed = window.gatehouse;
  if (!exposed) return undefined;
  return {
    on: (listener) => exposed.on(listener),
    call: async (name, input) => {
      try {
        const reply = await exposed.call(name, input);
        // A page that was loaded meanwhile has heard no event.
        if (!reply.ok && reply.problem.code === 'engine-not-running') onLink('gone');
        return reply;
      } catch {
        return fail({ code: 'not-available', detail: texts.link.goneTitle });
      }
    },
  };
}
