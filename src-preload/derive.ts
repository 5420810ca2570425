import type { z } from 'zod';
import { fail, ok, type Result } from '../src-main/engine/model/result.ts';
import { contract } from './contract.ts';

type Calls = typeof contract.calls;
type Events = typeof contract.events;

export type CallName = keyof Calls;
export type EventName = keyof Events;
export type CallInput<N extends CallName> = z.infer<Calls[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<Calls[N]['output']>;
export type EventPayload<N extends EventName> = z.infer<Events[N]>;

/** What the engine's side implements: one function a call. */
export type Handlers = { readonly [N in CallName]: (input: CallInput<N>) => Promise<Result<CallOutput<N>>> };

/** What everybody else holds: the same calls, and the events. */
export type Client = {
  readonly [N in CallName]: (input: CallInput<N>) => Promise<Result<CallOutput<N>>>;
} & {
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
};

/** How a client's words travel: IPC, socket or HTTP. */
export interface Transport {
  call(name: CallName, input: unknown): Promise<Result<unknown>>;
  on(listener: (event: EventName, payload: unknown) => void): () => void;
}

export const callNames = Object.keys(contract.calls) as CallName[];

function isCallName(name: string): name is CallName {
  return Object.hasOwn(contract.calls, name);
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(contract.events, name);
}

/** One sentence from a parser's complaint, with the place it complains about. */
function complaint(error: z.ZodError): string {
  const first = error.issues[0];
  if (!first) return 'The input is not valid.';
  const place = first.path.join('.');
  return place ? `${place}: ${first.message}` : first.message;
}

/** The engine's end: parses every input, whoever sent it. */
export async function dispatchCall(handlers: Handlers, name: string, input: unknown): Promise<Result<unknown>> {
  if (!isCallName(name)) return fail({ code: 'invalid-input', detail: `There is no call "${name}".` });
  const parsed = contract.calls[name].input.safeParse(input);
  if (!parsed.success) return fail({ code: 'invalid-input', detail: complaint(parsed.error) });
  const handler = handlers[name] as (parsedInput: unknown) => Promise<Result<unknown>>;
  return handler(parsed.data);
}

/** The other end, over any transport. Replies and events are parsed too: the engine may be of another version. */
export function createClient(transport: Transport): Client {
  const call = async (name: CallName, input: unknown): Promise<Result<unknown>> => {
    const reply = await transport.call(name, input);
    if (!reply.ok) return reply;
    const parsed = contract.calls[name].output.safeParse(reply.value);
    if (!parsed.success) {
      return fail({
        code: 'internal',
        detail: `the engine's answer to ${name} is not understood (${complaint(parsed.error)})`,
      });
    }
    return ok(parsed.data);
  };
  const calls = Object.fromEntries(callNames.map((name) => [name, (input: unknown) => call(name, input)]));
  const on = (wanted: EventName, listener: (payload: never) => void): (() => void) =>
    transport.on((event, payload) => {
      if (event !== wanted || !isEventName(event)) return;
      const parsed = contract.events[event].safeParse(payload);
      if (parsed.success) listener(parsed.data as never);
    });
  return { ...calls, on } as unknown as Client;
}
