import { fail, type Result } from '../../src-main/engine/model/result.ts';
import type { EventName, Transport } from '../../src-preload/derive.ts';
import { texts } from '../ui/texts.ts';
import { readJsonLines } from './json-lines.ts';
import type { OnLink } from './link.ts';
import { untilNextTry } from './wait.ts';

const HEADER = 'X-Gatehouse-Window';
/** The engine pings more often than this; silence means that the connection is dead without having been closed. */
const SILENCE_MS = 45_000;

type Listener = (event: EventName, payload: unknown) => void;

/** Calls and events over the window's own port. It follows the events, again and again, for as long as the page lives. */
export function createHttpTransport(token: string | undefined, onLink: OnLink): Transport {
  const listeners = new Set<Listener>();
  if (token) void followEvents(token, listeners, onLink);
  else onLink('used-up');
  return {
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call: async (call, input) => {
      if (!token) return fail({ code: 'not-available', detail: texts.link.usedUpTitle });
      try {
        const response = await fetch('/api/call', {
          method: 'POST',
          headers: { 'content-type': 'application/json', [HEADER]: token },
          body: JSON.stringify({ call, input }),
        });
        if (response.status === 403) {
          onLink('used-up');
          return fail({ code: 'not-available', detail: texts.link.usedUpTitle });
        }
        return (await response.json()) as Result<unknown>;
      } catch {
        return fail({ code: 'not-available', detail: texts.link.goneTitle });
      }
    },
  };
}

async function followEvents(token: string, listeners: Set<Listener>, onLink: OnLink): Promise<void> {
  let failures = 0;
  for (;;) {
    const outcome = await readEventsOnce(token, listeners, onLink);
    if (outcome === 'used-up') return onLink('used-up');
    // A stream that had been open is tried again before anything is said.
    failures = outcome === 'ended' ? 0 : failures + 1;
    if (failures > 0) onLink('gone');
    await untilNextTry(failures);
  }
}

async function readEventsOnce(
  token: string,
  listeners: Set<Listener>,
  onLink: OnLink,
): Promise<'ended' | 'failed' | 'used-up'> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  let opened = false;
  heard();
  try {
    const response = await fetch('/api/events', { headers: { [HEADER]: token }, signal: silence.signal });
    if (response.status === 403) return 'used-up';
    if (!response.ok || !response.body) return 'failed';
    opened = true;
    onLink('open');
    await readJsonLines(response.body, (value) => {
      heard();
      if (!isEvent(value)) return;
      for (const listener of listeners) listener(value.event, value.payload);
    });
    return 'ended';
  } catch {
    return opened ? 'ended' : 'failed';
  } finally {
    clearTimeout(timer);
  }
}

/** The payload's own shape is the client's to judge (`createClient`). */
function isEvent(value: unknown): value is { event: EventName; payload: unknown } {
  return typeof value === 'object' && value !== null && 'event' in value && 'payload' in value;
}
