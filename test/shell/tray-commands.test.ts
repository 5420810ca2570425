import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import { createTrayCommands } from '../../src-main/shell/tray-commands.ts';
import type { TrayCommand } from '../../src-main/shell/tray-items.ts';
import { callNames, type Handlers } from '../../src-preload/derive.ts';
import { aRow, aSnapshot } from '../control/scripted-engine.ts';

const started = {
  flowId: 'f',
  correlationId: 'c',
  authorizationUrl: 'https://login.example/authorize',
  browserOpened: true,
  joined: false,
  deadline: 0,
};

/** Everything that a click did, in order. */
async function click(
  command: TrayCommand,
  answers: Partial<Handlers> = {},
  isToolFound: Result<boolean> = ok(true),
): Promise<unknown[]> {
  const done: unknown[] = [];
  const door = (name: string) => () => void done.push(name);
  const handlers = Object.fromEntries(
    callNames.map((name) => [
      name,
      async (input: never) => {
        done.push({ [name]: input });
        const answer = answers[name] as ((given: never) => unknown) | undefined;
        return answer ? answer(input) : ok(name === 'startLogin' ? started : {});
      },
    ]),
  ) as unknown as Handlers;
  const row = aRow({ name: 'notes', authorizationUrl: 'https://login.example/authorize' });
  const perform = createTrayCommands({
    handlers,
    snapshot: () => aSnapshot([row]),
    copy: (text) => void done.push({ copied: text }),
    open: door('open'),
    setStartAtLogin: async (isOn) => {
      done.push({ startAtLogin: isOn });
      return ok(undefined);
    },
    installCommandLineTool: async () => {
      done.push('install command line tool');
      return isToolFound;
    },
    updates: { check: door('check'), install: door('install') },
    quit: door('quit'),
  });
  await perform(command);
  return done;
}

describe('a click in the tray', () => {
  it('shows the window where a terminal does not find the command line tool yet, or it could not be installed', async () => {
    for (const found of [ok(false), fail({ code: 'not-available', detail: 'belongs to another program' })]) {
      expect(await click({ run: 'install-command-line-tool' }, {}, found)).toEqual([
        'install command line tool',
        'open',
      ]);
    }
  });

  it.each<[TrayCommand, unknown[]]>([
    [{ run: 'sign-in', server: 'notes' }, [{ startLogin: { name: 'notes', openBrowser: true, startOver: false } }]],
    [{ run: 'start-over', server: 'notes' }, [{ startLogin: { name: 'notes', openBrowser: true, startOver: true } }]],
    [{ run: 'cancel', server: 'notes' }, [{ cancelLogin: { name: 'notes' } }]],
    [{ run: 'copy-sign-in-link', server: 'notes' }, [{ copied: 'https://login.example/authorize' }]],
    [{ run: 'copy-server-endpoint', server: 'notes' }, [{ copied: 'http://127.0.0.1:7717/mcp/notes' }]],
    [{ run: 'copy-server-endpoint', server: 'gone' }, []],
    [{ run: 'sign-out', server: 'notes' }, [{ logout: { name: 'notes' } }]],
    [{ run: 'reconnect', server: 'notes' }, [{ reconnectServer: { name: 'notes' } }]],
    [{ run: 'pause', server: 'notes' }, [{ pause: { name: 'notes' } }]],
    [{ run: 'resume', server: 'notes' }, [{ resume: { name: 'notes' } }]],
    [{ run: 'enable', server: 'notes' }, [{ enableServer: { name: 'notes' } }]],
    [{ run: 'disable', server: 'notes' }, [{ disableServer: { name: 'notes' } }]],
    [{ run: 'stop-signing-in' }, [{ stopLoginToAll: {} }]],
    [{ run: 'pause-all' }, [{ pause: {} }]],
    [{ run: 'resume-all' }, [{ resume: {} }]],
    [{ run: 'copy-endpoint' }, [{ copied: 'http://127.0.0.1:7717/mcp' }]],
    [{ run: 'start-at-login' }, [{ startAtLogin: true }]],
    [{ run: 'do-not-start-at-login' }, [{ startAtLogin: false }]],
    [{ run: 'install-command-line-tool' }, ['install command line tool']],
    [{ run: 'check-for-updates' }, ['check']],
    [{ run: 'install-update' }, ['install']],
    [{ run: 'open' }, ['open']],
    [{ run: 'quit' }, ['quit']],
  ])('%j does %j and nothing else (38)', async (command, done) => {
    expect(await click(command)).toEqual(done);
  });

  it.each<[string, TrayCommand, Partial<Handlers>]>([
    [
      'a sign-in that cannot begin',
      { run: 'sign-in', server: 'notes' },
      { startLogin: async () => fail({ code: 'pkce-unsupported', issuer: 'https://login.example' }) },
    ],
    [
      'a page that no browser opened',
      { run: 'sign-in', server: 'notes' },
      { startLogin: async () => ok({ ...started, browserOpened: false, browserError: 'no browser' }) },
    ],
    ['a keychain that stays locked', { run: 'unlock' }, { unlockVault: async () => ok({ kind: 'locked' as const }) }],
    [
      'a server that was passed over',
      { run: 'sign-in-to-all' },
      {
        startLoginToAll: async () =>
          ok({
            signedIn: [],
            passedOver: [{ name: 'notes', problem: { code: 'flow-expired' as const } }],
            stopped: false,
          }),
      },
    ],
  ])('shows the window after %s, which says why', async (_what, command, answers) => {
    expect((await click(command, answers)).at(-1)).toBe('open');
  });
});
