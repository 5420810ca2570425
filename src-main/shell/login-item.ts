import type { App, LoginItemSettings, Settings } from 'electron';
import { Listeners } from '../engine/model/listeners.ts';
import type { CommandLine } from '../engine/model/own-command.ts';
import { fail, ok } from '../engine/model/result.ts';
import type { StartAtLogin } from '../engine/ports.ts';

type LoginItems = Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;

/**
 * macOS and Windows: the system's own list of what starts at login.
 * @param command what Windows starts; macOS starts the app itself, without arguments
 */
export function createLoginItem(app: LoginItems, platform: NodeJS.Platform, command: CommandLine): StartAtLogin {
  const listeners = new Listeners();
  const entry: Pick<Settings, 'path' | 'args'> =
    platform === 'win32' ? { path: command.file, args: command.args.map(quotedForWindows) } : {};
  const isOn = (): boolean => {
    const settings = app.getLoginItemSettings(entry);
    // Windows: it may be listed and yet switched off, in the Task Manager.
    return platform === 'win32' ? settings.openAtLogin && settings.executableWillLaunchAtLogin : settings.openAtLogin;
  };
  return {
    get state() {
      return isOn() ? 'on' : 'off';
    },
    set: async (isWanted) => {
      app.setLoginItemSettings({ openAtLogin: isWanted, ...entry });
      listeners.tell();
      if (isOn() === isWanted) return ok(undefined);
      return fail({ code: 'not-available', detail: refusal(app.getLoginItemSettings(entry), platform) });
    },
    onChange: listeners.add,
  };
}

/** macOS tells nothing by an argument: who starts hidden asks here. */
export function wasOpenedAtLogin(app: LoginItems, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

function refusal({ status }: LoginItemSettings, platform: NodeJS.Platform): string {
  if (platform === 'darwin' && status === 'requires-approval') {
    return 'macOS wants your approval: allow Gatehouse in System Settings, General, Login Items.';
  }
  return 'The system did not take the change.';
}

/** Electron joins the arguments with blanks. @see CommandLineToArgvW: backslashes count before a quotation mark only */
function quotedForWindows(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)(?:"|$)/g, (match, slashes: string) => slashes + slashes + (match.endsWith('"') ? '\\"' : ''))}"`;
}
