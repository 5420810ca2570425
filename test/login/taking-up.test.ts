import { describe, expect, it } from 'vitest';
import { Attempts } from '../../src-main/engine/login/attempts.ts';
import { OAuthFlowCoordinator } from '../../src-main/engine/login/flow-coordinator.ts';
import { settingsHash } from '../../src-main/engine/login/flow-record.ts';
import { FlowRecords } from '../../src-main/engine/login/flow-records.ts';
import type { OpenRedirect } from '../../src-main/engine/login/redirect-address.ts';
import { TakingUp } from '../../src-main/engine/login/taking-up.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { ServerConfig } from '../../src-main/engine/model/server-config.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { openStore } from '../tokens/logins.ts';
import { flowRecord, REDIRECT } from './flow-record-fixture.ts';

const S = 'linear';
const CONFIG: ServerConfig = {
  name: S,
  url: 'https://mcp.example/mcp',
  enabled: true,
  headers: {},
  pkce: 'required',
  openBrowser: 'ask',
};

/** A sign-in of the last run, and one that may have begun in this one. */
async function open(redirect: 'free' | 'taken' = 'free') {
  const parts = openStore();
  await new FlowRecords(parts).save(S, flowRecord({ settings: settingsHash(CONFIG) }));
  const coordinator = new OAuthFlowCoordinator({
    ...parts,
    random: createSeededRandom(),
    deadlineMs: 600_000,
    onEnd: () => {},
  });
  const closed: string[] = [];
  const openRedirect: OpenRedirect = async (redirectUri = '') =>
    redirect === 'free'
      ? ok({ redirectUri, close: () => void closed.push(redirectUri) })
      : fail({ code: 'redirect-unavailable', redirectUri, why: 'taken' });
  const attempts = new Attempts();
  const takingUp = new TakingUp({ ...parts, records: new FlowRecords(parts), attempts, coordinator, openRedirect });
  const begun: string[] = [];
  const takeUp = () =>
    takingUp.takeUp({ server: S, config: async () => CONFIG, onFlow: ({ flowId }) => void begun.push(flowId) });
  return { ...parts, coordinator, attempts, takeUp, begun, closed };
}

describe('taking up the sign-ins of the last run', () => {
  it('F7 goes on with the flow, and ends what listened for it with the flow', async () => {
    const { coordinator, attempts, takeUp, begun, closed } = await open();
    expect(await takeUp()).toBe(true);
    expect([begun, coordinator.isLive('flow'), attempts.withState('s')?.flow.flowId]).toEqual([['flow'], true, 'flow']);
    attempts.end('flow', ok(undefined));
    expect(closed).toEqual([REDIRECT]);
  });

  it('F7 where its address cannot be listened at, the address can still be pasted in', async () => {
    const { attempts, takeUp, logger } = await open('taken');
    expect([await takeUp(), attempts.withState('s') !== undefined]).toEqual([true, true]);
    expect(logger.of('flow.no-redirect')).toHaveLength(1);
  });

  it.each(['free', 'taken'] as const)(
    'F7 3 leaves a flow alone that began meanwhile, and listens no more (its address is %s)',
    async (redirect) => {
      const { coordinator, attempts, takeUp, begun, closed } = await open(redirect);
      const running = coordinator.startFlow(S);
      expect(await takeUp()).toBe(false);
      expect([begun, coordinator.current(S)]).toEqual([[], running.ok ? running.value : undefined]);
      expect(attempts.withState('s')).toBeUndefined();
      expect(closed).toEqual(redirect === 'free' ? [REDIRECT] : []);
    },
  );
});
