import { expect, it } from 'vitest';
import type { FlowOutcome } from '../../src-main/engine/login/flow-coordinator.ts';
import { LoginToAll } from '../../src-main/engine/login/login-to-all.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import { settle } from '../fakes/manual-clock.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

/** Flows are named by their server; each waits until it is ended. */
function open(servers: readonly string[]) {
  const ends = new Map<string, (outcome: FlowOutcome) => void>();
  const cancelled: string[] = [];
  const unprepared = new Set<string>();
  const run = new LoginToAll({
    needing: () => servers,
    start: async (server) =>
      unprepared.has(server) ? fail({ code: 'registration-unavailable', issuer: server }) : ok({ flowId: server }),
    waitForFlow: (flowId) => new Promise((resolve) => ends.set(flowId, resolve)),
    current: () => undefined,
    cancel: (server) => void cancelled.push(server),
    onChange: () => {},
    logger: createRecordingLogger(),
  });
  const end = async (server: string, outcome: FlowOutcome): Promise<void> => {
    await settle();
    ends.get(server)?.(outcome);
    await settle();
  };
  return { run, end, cancelled, unprepared };
}

it('11 a server that cannot begin is passed over with its reason, and the next one has its turn', async () => {
  const { run, end, unprepared } = open(['a', 'b']);
  unprepared.add('a');
  const ended = run.start(true);
  await end('b', ok(undefined));
  const passedOver = [{ name: 'a', problem: { code: 'registration-unavailable', issuer: 'a' } }];
  expect(await ended).toEqual({ signedIn: ['b'], passedOver, stopped: false });
});

it('11 a flow that was started over and is gone already ends its turn', async () => {
  const { run, end } = open(['a']);
  const ended = run.start(true);
  await end('a', fail({ code: 'flow-superseded' }));
  expect(await ended).toMatchObject({ signedIn: [], passedOver: [{ problem: { code: 'flow-superseded' } }] });
});

it('11 Stop where nobody has a turn ends the run and cancels nothing', async () => {
  const { run, cancelled } = open([]);
  const ended = run.start(true);
  expect([run.stop(), cancelled]).toEqual([true, []]);
  expect(await ended).toMatchObject({ signedIn: [], passedOver: [] });
  expect(run.stop()).toBe(false);
});
