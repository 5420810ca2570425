import { type CallName, createClient, type EventName, type Handlers } from '../src-preload/derive.ts';
import type { Subscribe } from './control/connection.ts';
import { changeSystem, type SystemSettings, systemSettings } from './control/handlers.ts';
import { type ControlClient, connectControl } from './control/socket-client.ts';
import type { Problem } from './engine/model/problem.ts';
import { fail, ok, type Result } from './engine/model/result.ts';
import { sentenceFor } from './engine/model/words.ts';
import type { Browser } from './engine/ports.ts';

/** How soon an engine that went is looked for again, in milliseconds; the last goes on for ever. */
const LOOK_AGAIN_MS = [250, 500, 1000, 2000] as const;

export interface AttachedEngine {
  readonly handlers: Handlers;
  readonly subscribe: Subscribe;
}

export interface AttachOptions extends SystemSettings {
  readonly dataDir: string;
  /** Of this desktop: a service may have none. */
  readonly browser: Browser;
  readonly openWindow: () => void;
}

/**
 * For as long as this process lives: an engine that runs in another one on this data folder, with the same handlers and events as one of our own. When
 * it goes, calls are answered with `engine-not-running` and it is looked for until it is back. Fails as `connectControl`.
 */
export async function attachToEngine({
  dataDir,
  browser,
  openWindow,
  ...system
}: AttachOptions): Promise<Result<AttachedEngine>> {
  const first = await connectControl(dataDir);
  if (!first.ok) return first;

  const gone: Problem = { code: 'engine-not-running', dataDir };
  const listeners = new Set<(event: EventName, payload: unknown) => void>();
  let current: ControlClient | undefined;

  const tell = (event: EventName, payload: unknown): void => {
    for (const listener of listeners) listener(event, payload);
  };

  const hold = (client: ControlClient): void => {
    current = client;
    client.on('server', (row) => tell('server', row));
    client.on('snapshot', (snapshot) => tell('snapshot', snapshot));
    void client.closed.then(() => {
      current = undefined;
      tell('link', 'gone');
      lookAgain(0);
    });
  };

  const lookAgain = (failures: number): void => {
    const waitMs = LOOK_AGAIN_MS[Math.min(failures, LOOK_AGAIN_MS.length - 1)];
    setTimeout(async () => {
      const again = await connectControl(dataDir);
      if (!again.ok) return lookAgain(failures + 1);
      hold(again.value);
      const snapshot = await again.value.status({});
      if (!snapshot.ok) return;
      tell('link', 'open');
      tell('snapshot', snapshot.value);
    }, waitMs);
  };

  const subscribe: Subscribe = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const call = async (name: CallName, input: unknown): Promise<Result<unknown>> =>
    current ? Reflect.apply(current[name], undefined, [input]) : fail(gone);
  const client = createClient({ call, on: subscribe });

  const tellAnew = async (): Promise<void> => {
    const snapshot = await client.status({});
    if (snapshot.ok) tell('snapshot', snapshot.value);
  };
  // With a snapshot windows ask for the settings again.
  for (const one of [system.startAtLogin, system.commandLineTool]) one.onChange(() => void tellAnew());

  hold(first.value);
  return ok({
    handlers: {
      ...client,
      ...systemHere(client, system),
      // The person clicked here, so the page opens here.
      startLogin: async (input) => {
        const started = await client.startLogin({ ...input, openBrowser: false });
        if (!started.ok || !input.openBrowser) return started;
        const opened = await browser.open(started.value.authorizationUrl);
        return ok({
          ...started.value,
          browserOpened: opened.ok,
          ...(opened.ok ? {} : { browserError: sentenceFor(opened.problem) }),
        });
      },
      openWindow: async () => {
        openWindow();
        return ok({});
      },
    },
    subscribe,
  });
}

/** Which app starts at login, and which command a terminal finds, is this desktop's matter: the engine may have none. */
function systemHere(client: Handlers, system: SystemSettings): Pick<Handlers, 'settings' | 'changeSettings'> {
  const withOwn = (settings: Awaited<ReturnType<Handlers['settings']>>): typeof settings =>
    settings.ok ? ok({ ...settings.value, ...systemSettings(system) }) : settings;
  return {
    settings: async () => withOwn(await client.settings({})),
    changeSettings: async ({ startAtLogin, commandLineTool, ...others }) => {
      const done = await changeSystem(system, {
        ...(startAtLogin === undefined ? {} : { startAtLogin }),
        ...(commandLineTool === undefined ? {} : { commandLineTool }),
      });
      return done.ok ? withOwn(await client.changeSettings(others)) : done;
    },
  };
}
