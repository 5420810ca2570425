import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FlowOutcome, OAuthFlowCoordinator } from '../../src-main/engine/login/flow-coordinator.ts';
import type { FlowId } from '../../src-main/engine/model/ids.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';

const SERVERS = ['a', 'b'];

const step = fc.record({
  server: fc.constantFrom(...SERVERS),
  does: fc.constantFrom('reconnect', 'finish', 'refuse', 'cancel', 'start-over', 'deadline'),
});

describe('O2 whoever starts, waits for, ends or cancels flows, in any order', () => {
  test('O2 at most one flow a server lives, each ends once, and all who waited for it hear the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 25 }), async (scheduler, steps) => {
        const clock = createManualClock();
        const logger = createRecordingLogger();
        const ended = new Map<FlowId, FlowOutcome>();
        const live = new Map<string, number>();
        const heard = new Map<FlowId, FlowOutcome[]>();
        const coordinator = new OAuthFlowCoordinator({
          clock,
          logger,
          random: createSeededRandom(),
          deadlineMs: 60_000,
          onEnd: (flow, outcome) => {
            expect(ended.has(flow.flowId)).toBe(false);
            ended.set(flow.flowId, outcome);
            live.set(flow.server, (live.get(flow.server) ?? 0) - 1);
          },
        });
        const start = (server: string): FlowId => {
          const started = coordinator.startFlow(server);
          if (!started.ok) {
            if (started.problem.code !== 'flow-in-progress') throw new Error(started.problem.code);
            return started.problem.flowId;
          }
          live.set(server, (live.get(server) ?? 0) + 1);
          expect(live.get(server)).toBe(1);
          return started.value.flowId;
        };
        const later = scheduler.scheduleFunction(async () => undefined);
        const run = async ({ server, does }: { server: string; does: string }): Promise<void> => {
          await later();
          const current = coordinator.current(server)?.flowId;
          if (does === 'deadline') await clock.advance('61 s');
          else if (does === 'cancel') coordinator.cancelFlow(server, { code: 'flow-cancelled' });
          else if (does === 'reconnect' || does === 'start-over') {
            if (does === 'start-over') coordinator.cancelFlow(server, { code: 'flow-superseded' });
            const flowId = start(server);
            await later();
            const outcome = coordinator.waitForFlow(flowId);
            const list = heard.get(flowId) ?? [];
            heard.set(flowId, list);
            void outcome.then((result) => list.push(result));
            waiters.push(outcome);
          } else if (current) {
            await later();
            const outcome =
              does === 'finish' ? ok(undefined) : fail({ code: 'authorization-refused', error: 'access_denied' });
            coordinator.endFlow(current, outcome);
          }
        };
        const waiters: Promise<FlowOutcome>[] = [];
        await scheduler.waitFor(Promise.all(steps.map(run)));
        coordinator.stop();
        await Promise.all(waiters);
        for (const [flowId, outcomes] of heard) {
          for (const outcome of outcomes) expect(outcome).toEqual(ended.get(flowId));
        }
        expect(SERVERS.map((server) => coordinator.current(server))).toEqual([undefined, undefined]);
        expect(clock.pendingAlarms).toEqual([]);
        const flows = logger.of('flow.started').map(({ fields }) => fields.correlationId);
        expect(new Set(flows).size).toBe(flows.length);
        expect(
          logger
            .of('flow.ended')
            .map(({ fields }) => fields.correlationId)
            .sort(),
        ).toEqual([...flows].sort());
      }),
      { numRuns: 150 },
    );
  });
});
