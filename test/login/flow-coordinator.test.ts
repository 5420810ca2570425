import { describe, expect, it } from 'vitest';
import { withCorrelation } from '../../src-main/engine/correlation.ts';
import { type Flow, type FlowOutcome, OAuthFlowCoordinator } from '../../src-main/engine/login/flow-coordinator.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';

function create(deadlineMs = 600_000) {
  const clock = createManualClock();
  const logger = createRecordingLogger();
  const ends: { flow: Flow; outcome: FlowOutcome }[] = [];
  const coordinator = new OAuthFlowCoordinator({
    clock,
    logger,
    random: createSeededRandom(),
    deadlineMs,
    onEnd: (flow, outcome) => void ends.push({ flow, outcome }),
  });
  return { clock, logger, ends, coordinator };
}

function started(coordinator: OAuthFlowCoordinator, server = 'linear'): Flow {
  const flow = coordinator.startFlow(server);
  if (!flow.ok) throw new Error(flow.problem.code);
  return flow.value;
}

const refused = fail({ code: 'authorization-refused', error: 'access_denied' });

describe('OAuthFlowCoordinator', () => {
  it('O2 starts one flow a server; a second start is told which one runs, with its correlation id in the log', () => {
    const { coordinator, logger } = create();
    const flow = started(coordinator);
    expect(coordinator.startFlow('linear')).toEqual(fail({ code: 'flow-in-progress', flowId: flow.flowId }));
    expect(coordinator.current('linear')).toBe(flow);
    expect(logger.of('flow.in-progress')[0]?.fields).toMatchObject({
      server: 'linear',
      flowId: flow.flowId,
      correlationId: flow.correlationId,
    });
    expect(flow.correlationId).not.toBe(flow.flowId);
  });

  it('lets other servers have flows of their own', () => {
    const { coordinator } = create();
    const [a, b] = [started(coordinator, 'a'), started(coordinator, 'b')];
    coordinator.endFlow(a.flowId, refused);
    expect(coordinator.isLive(a.flowId)).toBe(false);
    expect(coordinator.isLive(b.flowId)).toBe(true);
  });

  it.each([
    ['success', ok(undefined)],
    ['failure', refused],
  ])('O2 tells the %s to all who wait and to who asks later, after it told the owner once', async (_what, outcome) => {
    const { coordinator, ends } = create();
    const flow = started(coordinator);
    const order: string[] = [];
    const waiting = Array.from({ length: 50 }, () =>
      coordinator.waitForFlow(flow.flowId).then((result) => {
        order.push('waiter');
        return result;
      }),
    );
    coordinator.endFlow(flow.flowId, outcome);
    expect(ends).toEqual([{ flow, outcome }]);
    expect(order).toEqual([]);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => outcome));
    expect(await coordinator.waitForFlow(flow.flowId)).toEqual(outcome);
    expect(coordinator.outcomeOf(flow.flowId)).toEqual(outcome);
  });

  it('O2 says "waiting for OAuth flow to complete" with the id of the flow, and who asked', () => {
    const { coordinator, logger } = create();
    const flow = started(coordinator);
    void withCorrelation('c-7', () => coordinator.waitForFlow(flow.flowId));
    expect(logger.of('waiting for OAuth flow to complete')[0]?.fields).toEqual({
      server: 'linear',
      flowId: flow.flowId,
      correlationId: flow.correlationId,
      detail: 'asked by c-7',
    });
  });

  it('ends a flow once: a second end, and an end of an unknown one, change nothing', async () => {
    const { coordinator, ends } = create();
    const flow = started(coordinator);
    coordinator.endFlow(flow.flowId, refused);
    coordinator.endFlow(flow.flowId, ok(undefined));
    coordinator.endFlow('nobody', ok(undefined));
    expect(ends).toHaveLength(1);
    expect(await coordinator.waitForFlow(flow.flowId)).toEqual(refused);
  });

  it('does not let the late end of an old flow touch the new one', () => {
    const { coordinator } = create();
    const old = started(coordinator);
    coordinator.cancelFlow('linear', { code: 'flow-superseded' });
    const fresh = started(coordinator);
    coordinator.endFlow(old.flowId, ok(undefined));
    expect(coordinator.current('linear')).toBe(fresh);
  });

  it('F7 ends a flow at its deadline, tells who waits, and leaves no alarm', async () => {
    const { coordinator, clock, ends } = create(60_000);
    const flow = started(coordinator);
    const waiting = coordinator.waitForFlow(flow.flowId);
    await clock.advance('59 s');
    expect(coordinator.isLive(flow.flowId)).toBe(true);
    await clock.advance('1 s');
    expect(await waiting).toEqual(fail({ code: 'flow-expired' }));
    expect(ends).toHaveLength(1);
    expect(coordinator.current('linear')).toBeUndefined();
    expect(clock.pendingAlarms).toEqual([]);
  });

  it('leaves no alarm after any other end', () => {
    const { coordinator, clock } = create();
    coordinator.endFlow(started(coordinator, 'a').flowId, ok(undefined));
    started(coordinator, 'b');
    expect(coordinator.cancelFlow('b', { code: 'flow-cancelled' })).toBe(true);
    expect(coordinator.cancelFlow('b', { code: 'flow-cancelled' })).toBe(false);
    started(coordinator, 'c');
    started(coordinator, 'd');
    coordinator.stop();
    expect(coordinator.current('c') ?? coordinator.current('d')).toBeUndefined();
    expect(clock.pendingAlarms).toEqual([]);
  });

  it('lets a new flow begin while the owner is told of the end', () => {
    const { clock, logger } = create();
    const again: unknown[] = [];
    const coordinator: OAuthFlowCoordinator = new OAuthFlowCoordinator({
      clock,
      logger,
      random: createSeededRandom(),
      deadlineMs: 1000,
      onEnd: (flow) => again.length === 0 && again.push(coordinator.startFlow(flow.server)),
    });
    coordinator.endFlow(started(coordinator).flowId, refused);
    expect(again).toMatchObject([{ ok: true }]);
    expect(coordinator.current('linear')).toBeDefined();
  });

  it('answers for a flow that it never knew, or forgot', async () => {
    const { coordinator } = create();
    expect(await coordinator.waitForFlow('nobody')).toEqual(fail({ code: 'unknown-state' }));
    const first = started(coordinator);
    coordinator.endFlow(first.flowId, ok(undefined));
    for (let count = 0; count < 200; count += 1) coordinator.endFlow(started(coordinator).flowId, refused);
    expect(coordinator.outcomeOf(first.flowId)).toBeUndefined();
  });
});
