import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandLine } from '../../engine/model/own-command.ts';
import { reasonOf } from '../../engine/model/reason.ts';
import { fail, ok, type Result } from '../../engine/model/result.ts';
import type { ServiceStatus } from '../../engine/model/service-status.ts';
import { writeFileAtomic } from '../atomic-file.ts';
import { runSystemd, type SystemctlAnswer } from './run-systemctl.ts';
import { systemdUnit } from './systemd-unit.ts';

const UNIT = 'gatehouse.service';

export interface UserService {
  /** Also writes an installed one anew, and starts it again. */
  install(command: CommandLine, environmentFile: string): Promise<Result<ServiceStatus>>;
  /** Stops it and takes its file away. */
  uninstall(): Promise<Result<ServiceStatus>>;
  status(): Promise<Result<ServiceStatus>>;
}

/** The engine as a service of this person's systemd. All fail with `not-available`, in a sentence that says what helps. */
export function createUserService(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): UserService {
  const path = unitPath(env);
  const systemctl = (...args: readonly string[]): Promise<SystemctlAnswer> =>
    runSystemd('systemctl', ['--user', ...args], env);

  /** The commands one after the other, until one fails. */
  const inTurn = async (...commands: readonly (readonly string[])[]): Promise<Result<void>> => {
    for (const command of commands) {
      const answer = await systemctl(...command);
      if (answer.kind !== 'done') return unavailable(answer);
    }
    return ok(undefined);
  };

  const status = async (): Promise<Result<ServiceStatus>> => {
    const usable = await look();
    if (!usable.ok) return usable;
    const [enabled, active] = await Promise.all([systemctl('is-enabled', UNIT), systemctl('is-active', UNIT)]);
    const user = userInfo().username;
    return ok({
      path,
      user,
      isInstalled: existsSync(path),
      isEnabled: enabled.kind === 'done',
      isRunning: active.kind === 'done',
      lingers: await lingers(user, env),
    });
  };

  const look = async (): Promise<Result<void>> => {
    if (platform !== 'linux') {
      const detail =
        'This is for Linux with systemd. On macOS and Windows let the app start at login: "gatehouse autostart on".';
      return fail({ code: 'not-available', detail });
    }
    const answer = await systemctl('show-environment');
    return answer.kind === 'done' ? ok(undefined) : unavailable(answer);
  };

  return {
    status,
    install: async (command, environmentFile) => {
      const usable = await look();
      if (!usable.ok) return usable;
      const written = await write(path, systemdUnit({ command, path: env.PATH, environmentFile }));
      if (!written.ok) return written;
      const done = await inTurn(['daemon-reload'], ['enable', UNIT], ['restart', UNIT]);
      return done.ok ? status() : done;
    },
    uninstall: async () => {
      const usable = await look();
      if (!usable.ok) return usable;
      if (existsSync(path)) {
        const stopped = await inTurn(['disable', '--now', UNIT]);
        if (!stopped.ok) return stopped;
        rmSync(path, { force: true });
        const reloaded = await inTurn(['daemon-reload']);
        if (!reloaded.ok) return reloaded;
      }
      return status();
    },
  };
}

function unitPath({ XDG_CONFIG_HOME: chosen, HOME }: NodeJS.ProcessEnv): string {
  const config = chosen?.startsWith('/') ? chosen : join(HOME || homedir(), '.config');
  return join(config, 'systemd/user', UNIT);
}

async function write(path: string, text: string): Promise<Result<void>> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    await writeFileAtomic(path, text, 0o644);
    return ok(undefined);
  } catch (error) {
    const why = reasonOf(error);
    return fail({ code: 'not-available', detail: `${path} cannot be written: ${why}.` });
  }
}

async function lingers(user: string, env: NodeJS.ProcessEnv): Promise<boolean | undefined> {
  const answer = await runSystemd('loginctl', ['show-user', user, '--property=Linger', '--value'], env);
  if (answer.kind !== 'done') return undefined;
  return answer.stdout.trim() === 'yes';
}

function unavailable(answer: Exclude<SystemctlAnswer, { kind: 'done' }>): Result<never> {
  if (answer.kind === 'absent') {
    const detail =
      'There is no systemctl here. Let whatever starts programs on this machine run "gatehouse serve" as you.';
    return fail({ code: 'not-available', detail });
  }
  const said = answer.stderr.trim().split('\n').at(-1) || `exit code ${answer.exitCode}`;
  const detail = /connect to bus|user scope bus/i.test(answer.stderr)
    ? `systemd runs nothing for you here (${said}). Log in as this user, at the machine or by SSH and not by su, and try again.`
    : `systemctl --user refused: ${said}`;
  return fail({ code: 'not-available', detail });
}
