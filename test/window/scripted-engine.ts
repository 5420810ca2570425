import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import type { ServerRow, Settings, Snapshot } from '../../src-preload/contract.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  callNames,
  type EventName,
  type Handlers,
} from '../../src-preload/derive.ts';
import { detailsOf, historyOf } from './pictures.ts';

/** What each window asks without a click. */
const BY_ITSELF: readonly CallName[] = ['status', 'settings', 'activity', 'serverDetails', 'listGroups'];

type Answer<N extends CallName> = (input: CallInput<N>) => Result<CallOutput<N>> | Promise<Result<CallOutput<N>>>;

/** The engine's side of the contract with a hand-written mind: what it is asked is kept, what it shows is set. */
export interface ScriptedEngine {
  readonly handlers: Handlers;
  readonly subscribe: (listener: (event: EventName, payload: unknown) => void) => () => void;
  /** Everything that was asked but what each window asks by itself, in order. */
  readonly asked: readonly { readonly call: CallName; readonly input: unknown }[];
  answers<N extends CallName>(call: N, answer: Answer<N>): void;
  /** One server's row changed. */
  shows(row: ServerRow): void;
  /** Anything else changed. */
  showsAll(change: Partial<Snapshot>): void;
  row(name: string): ServerRow;
}

export function createScriptedEngine(start: Snapshot): ScriptedEngine {
  let snapshot = start;
  let settings: Settings = {
    theme: 'system',
    language: 'system',
    openBrowser: 'ask',
    port: 7717,
    logLevel: 'info',
    pinTools: 'off',
    startAtLogin: 'off',
    commandLineTool: { kind: 'not-here' },
  };
  const asked: { call: CallName; input: unknown }[] = [];
  const listeners = new Set<(event: EventName, payload: unknown) => void>();
  const answers = new Map<CallName, (input: never) => unknown>();
  const emit = (event: EventName, payload: unknown): void => {
    for (const listener of listeners) listener(event, payload);
  };
  const row = (name: string): ServerRow => {
    const found = snapshot.servers.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`the script has no server ${name}`);
    return found;
  };
  const shows = (changed: ServerRow): void => {
    snapshot = { ...snapshot, servers: snapshot.servers.map((old) => (old.name === changed.name ? changed : old)) };
    emit('server', changed);
  };
  const usual = (call: CallName, input: unknown): unknown => {
    switch (call) {
      case 'status':
        return ok(snapshot);
      case 'listCallers':
      case 'listGroups':
        return ok([]);
      case 'settings':
        return ok(settings);
      case 'changeSettings':
        settings = { ...settings, ...(input as Partial<Settings>) };
        return ok(settings);
      case 'activity':
        return ok([]);
      case 'serverDetails':
        return ok(detailsOf(Date.now()));
      case 'history':
        return ok(historyOf((input as { name: string }).name, Date.now()));
      case 'removeServer': {
        const { name, undoable } = input as { name: string; undoable?: boolean };
        if (undoable) shows({ ...row(name), removedAt: Date.now() + 20_000 });
        return ok({});
      }
      case 'undoRemoval': {
        const { removedAt: _removedAt, ...back } = row((input as { name: string }).name);
        shows(back);
        return ok(back);
      }
      case 'lookAt':
        return ok({ transport: 'http', era: 'legacy', access: { kind: 'open' } });
      case 'reconnectServer':
      case 'enableServer':
      case 'disableServer':
      case 'logout':
        return ok(row((input as { name: string }).name));
      case 'cancelLogin':
      case 'pasteCallback':
      case 'pause':
      case 'resume':
        return ok({});
      case 'unlockVault':
        return ok({ kind: 'keychain' });
      case 'startLogin':
        return ok({
          flowId: 'flow-1',
          correlationId: 'c-1',
          authorizationUrl: 'https://auth.example.com/authorize?client_id=x',
          browserOpened: true,
          joined: false,
          deadline: Date.now() + 600_000,
        });
      default:
        return fail({ code: 'not-available', detail: `The script has no answer to ${call}.` });
    }
  };
  const handlers = Object.fromEntries(
    callNames.map((call) => [
      call,
      async (input: never) => {
        if (!BY_ITSELF.includes(call)) asked.push({ call, input });
        return (await answers.get(call)?.(input)) ?? usual(call, input);
      },
    ]),
  ) as unknown as Handlers;
  return {
    handlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    asked,
    answers: (call, answer) => void answers.set(call, answer as (input: never) => unknown),
    shows,
    showsAll: (change) => {
      snapshot = { ...snapshot, ...change };
      emit('snapshot', snapshot);
    },
    row,
  };
}
