import { createHandlers, createSubscribe, type Program } from '../../src-main/control/handlers.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { Household } from '../stories/household.ts';
import type { WindowStage } from './shown-window.ts';

function programOf({ dataDir }: Household): Program {
  return {
    version: '0',
    pid: 1,
    dataDir,
    command: { file: '/usr/bin/node', args: ['/gatehouse/cli.js'] },
    demo: 'absent',
    openWindow: () => ({}),
    startDemo: async () => fail({ code: 'not-available', detail: 'no demo' }),
    settings: {
      theme: 'system',
      language: 'system',
      logLevel: 'info',
      saveTheme: async () => ok(undefined),
      saveLanguage: async () => ok(undefined),
      setLogLevel: () => {},
      startAtLogin: { state: 'not-here', set: async () => ok(undefined), onChange: () => () => {} },
      commandLineTool: { state: { kind: 'not-here' }, set: async () => ok(undefined), onChange: () => () => {} },
    },
    stop: () => {},
  };
}

/** The window as it is built, on an engine as it is built. */
export function showReal(stage: WindowStage, household: Household) {
  const program = programOf(household);
  return stage.showOf({
    handlers: createHandlers(household.engine, program),
    subscribe: createSubscribe(household.engine, program),
  });
}
