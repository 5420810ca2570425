import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Ask, Told } from '../fakes/electron-api.ts';

const STARTER = path.resolve(import.meta.dirname, '../fakes/start-with-fake-electron.ts');

/** The app in a process of its own, on the fake of Electron. */
export interface DrivenApp {
  /** Everything that the fake has told, oldest first. */
  readonly told: readonly Told[];
  /** The first such telling that is there or comes. */
  hears(what: string, fits?: (told: Told) => boolean): Promise<Told>;
  asks(ask: Ask): Promise<unknown>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
  /** For the end of a test: whatever it does, it is gone. */
  kill(): Promise<void>;
}

export function driveApp(main: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): DrivenApp {
  const child: ChildProcess = fork(STARTER, [main, ...args], {
    execArgv: ['--import', 'tsx'],
    // No test finds or leaves anything of the person's own session.
    env: { ...process.env, XDG_CONFIG_HOME: '/no/config/home', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/no/bus', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stderr = child.stderr ? text(child.stderr) : Promise.resolve('');
  const ended = once(child, 'exit').then(async ([exitCode]) => ({ exitCode, stderr: await stderr }));
  const told: Told[] = [];
  const listeners = new Set<(told: Told) => void>();
  child.on('message', (message: Told) => {
    told.push(message);
    for (const listener of listeners) listener(message);
  });

  const hears = (what: string, fits: (told: Told) => boolean = () => true): Promise<Told> => {
    const isIt = (one: Told): boolean => one.told === what && fits(one);
    const heard = told.find(isIt);
    if (heard) return Promise.resolve(heard);
    return new Promise((resolve, reject) => {
      const listener = (one: Told): void => {
        if (!isIt(one)) return;
        listeners.delete(listener);
        resolve(one);
      };
      listeners.add(listener);
      void ended.then(({ exitCode, stderr: said }) =>
        reject(new Error(`The app ended with ${exitCode} before it told ${what}: ${said}`)),
      );
    });
  };

  let lastId = 0;
  return {
    told,
    hears,
    asks: async (ask) => {
      lastId += 1;
      const id = lastId;
      child.send({ ...ask, id });
      const answer = await hears('answer', (one) => one.id === id);
      if (answer.error !== undefined) throw new Error(String(answer.error));
      return answer.value;
    },
    signal: (signal) => void child.kill(signal),
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
