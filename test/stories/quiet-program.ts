import { fail } from '../../src-main/engine/model/result.ts';
import { type ProgramOptions, startProgram } from '../../src-main/program.ts';
import { createScriptedBrowser } from '../fakes/scripted-browser.ts';

/** What both entries start, on a data folder of the test's, without a keychain, a window or a demo. */
export function startQuietProgram(options: Pick<ProgramOptions, 'dataDir'> & Partial<ProgramOptions>) {
  return startProgram({
    port: 0,
    vault: 'memory',
    installation: { kind: 'node', node: '/usr/bin/node', script: '/gatehouse/cli.js' },
    env: {},
    browser: createScriptedBrowser(),
    presence: { idleMs: () => undefined },
    spawnWorker: () => {
      throw new Error('there is no keychain here');
    },
    demo: 'absent',
    startDemo: async () => fail({ code: 'not-available', detail: 'no demo' }),
    openWindow: () => ({}),
    onStop: () => {},
    ...options,
  });
}
