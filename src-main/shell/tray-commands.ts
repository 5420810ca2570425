import type { Snapshot } from '../../src-preload/contract.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import type { ServerName } from '../engine/model/ids.ts';
import { ok, type Result } from '../engine/model/result.ts';
import type { ServerCommand, TrayCommand } from './tray-items.ts';
import type { Updates } from './updates.ts';

export interface TrayDoors {
  readonly handlers: Handlers;
  readonly snapshot: () => Snapshot | undefined;
  readonly copy: (text: string) => void;
  /** Shows the window. */
  readonly open: () => void;
  readonly setStartAtLogin: (isOn: boolean) => Promise<Result<unknown>>;
  /** Whether a terminal finds it then. */
  readonly installCommandLineTool: () => Promise<Result<boolean>>;
  readonly updates: Pick<Updates, 'check' | 'install'> | undefined;
  readonly quit: () => void;
}

/** Does what was clicked. What does not succeed shows the window, where the row has the reason and what helps. */
export function createTrayCommands(doors: TrayDoors): (command: TrayCommand) => Promise<void> {
  return async (command) => {
    const done = await ('server' in command ? onServer(command.run, command.server, doors) : onAll(command.run, doors));
    if (!done.ok) doors.open();
  };
}

async function onServer(
  run: ServerCommand,
  name: ServerName,
  { handlers, snapshot, copy }: TrayDoors,
): Promise<Result<unknown>> {
  const row = snapshot()?.servers.find((one) => one.name === name);
  switch (run) {
    case 'sign-in':
      return signIn(handlers, name);
    case 'start-over':
      return signIn(handlers, name, true);
    case 'cancel':
      return handlers.cancelLogin({ name });
    case 'copy-sign-in-link':
      return copied(row?.authorizationUrl, copy);
    case 'copy-server-endpoint':
      return copied(row?.endpoint, copy);
    case 'sign-out':
      return handlers.logout({ name });
    case 'reconnect':
      return handlers.reconnectServer({ name });
    case 'pause':
      return handlers.pause({ name });
    case 'resume':
      return handlers.resume({ name });
    case 'enable':
      return handlers.enableServer({ name });
    case 'disable':
      return handlers.disableServer({ name });
  }
}

async function onAll(
  run: Exclude<TrayCommand, { server: ServerName }>['run'],
  doors: TrayDoors,
): Promise<Result<unknown>> {
  const { handlers, snapshot, copy, open, setStartAtLogin, installCommandLineTool, updates, quit } = doors;
  switch (run) {
    case 'sign-in-to-all': {
      const report = await handlers.startLoginToAll({ openBrowser: true });
      // Who was passed over is named in the window.
      if (report.ok && report.value.passedOver.length > 0) open();
      return report;
    }
    case 'stop-signing-in':
      return handlers.stopLoginToAll({});
    case 'unlock': {
      const health = await handlers.unlockVault({});
      if (health.ok && health.value.kind === 'locked') open();
      return health;
    }
    case 'pause-all':
      return handlers.pause({});
    case 'resume-all':
      return handlers.resume({});
    case 'copy-endpoint':
      return copied(snapshot()?.endpoint, copy);
    case 'start-at-login':
      return setStartAtLogin(true);
    case 'do-not-start-at-login':
      return setStartAtLogin(false);
    case 'install-command-line-tool': {
      const isFound = await installCommandLineTool();
      // What is missing stands in the settings.
      if (isFound.ok && !isFound.value) open();
      return isFound;
    }
    case 'check-for-updates':
      return ok(updates?.check());
    case 'install-update':
      return ok(updates?.install());
    case 'open':
      return ok(open());
    case 'quit':
      return ok(quit());
  }
}

/** A person's click opens the page; where none could be opened the window has the link. */
export async function signIn(handlers: Handlers, name: ServerName, startOver = false): Promise<Result<unknown>> {
  const started = await handlers.startLogin({ name, openBrowser: true, startOver });
  if (!started.ok || started.value.browserOpened) return started;
  return {
    ok: false,
    problem: { code: 'browser-not-opened', detail: started.value.browserError ?? 'no reason given' },
  };
}

function copied(text: string | undefined, copy: (text: string) => void): Result<unknown> {
  // It went between the drawing of the menu and the click: there is nothing to do.
  if (text !== undefined) copy(text);
  return ok(undefined);
}
