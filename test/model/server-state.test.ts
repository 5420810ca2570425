import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextState, type ServerEvent, type ServerState } from '../../src-main/engine/model/server-state.ts';
import { wordsFor } from '../../src-main/engine/model/words.ts';

const problem = { code: 'network-unreachable', host: 'h' } as const;

const STATES: readonly ServerState[] = [
  { kind: 'disabled' },
  { kind: 'paused' },
  { kind: 'connecting', attempt: 0, since: 1 },
  { kind: 'ready', token: { kind: 'not-needed' } },
  { kind: 'ready', token: { kind: 'unknown-life' }, stepUp: { scope: 'more' } },
  { kind: 'ready', token: { kind: 'fresh', obtainedAt: 1, expiresAt: 9, refreshDueAt: 7 } },
  { kind: 'ready', token: { kind: 'no-refresh', obtainedAt: 1, expiresAt: 9 } },
  { kind: 'ready', token: { kind: 'refreshing', startedAt: 1, correlationId: 'r-1' } },
  { kind: 'ready', token: { kind: 'refresh-waiting', retryAt: 9, attempt: 1, problem } },
  { kind: 'login-needed', reason: { code: 'login-absent' } },
  { kind: 'logging-in', flowId: 'f', since: 1, deadline: 9 },
  { kind: 'locked', since: 1 },
  { kind: 'waiting', retryAt: 9, attempt: 1, problem },
  { kind: 'stopped', problem: { code: 'credential-rejected', status: 401 } },
];

const EVENTS: readonly ServerEvent[] = [
  { kind: 'enabled', at: 2 },
  { kind: 'disabled' },
  { kind: 'paused' },
  { kind: 'resumed', at: 2 },
  { kind: 'connect-started', at: 2 },
  { kind: 'usable', token: { kind: 'unknown-life' } },
  { kind: 'token-changed', token: { kind: 'refreshing', startedAt: 2, correlationId: 'r-2' } },
  { kind: 'scope-missing', scope: 'more' },
  { kind: 'login-missing', reason: { code: 'login-absent' }, scope: 'mcp' },
  { kind: 'flow-started', flowId: 'f2', at: 2, deadline: 9 },
  { kind: 'vault-locked', at: 2 },
  { kind: 'failed', problem, retryAt: 9, attempt: 2 },
  { kind: 'hopeless', problem },
];

describe('nextState', () => {
  it('is total and pure: every state meets every event, each answer has a word', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const before = structuredClone([state, event]);
        const next = nextState(state, event);
        expect(wordsFor(next, () => '14:05').word).not.toBe('');
        expect([state, event]).toEqual(before);
        expect(nextState(state, event)).toEqual(next);
      }
    }
  });

  it('keeps disabled until it is enabled, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS.filter(({ kind }) => kind !== 'enabled'))), (events) => {
        expect(events.reduce(nextState, { kind: 'disabled' })).toEqual({ kind: 'disabled' });
      }),
    );
    expect(nextState({ kind: 'disabled' }, { kind: 'enabled', at: 2 }).kind).toBe('connecting');
  });

  it('keeps paused until it is resumed or disabled', () => {
    const others = EVENTS.filter(({ kind }) => kind !== 'resumed' && kind !== 'disabled');
    for (const event of others) expect(nextState({ kind: 'paused' }, event)).toEqual({ kind: 'paused' });
    expect(nextState({ kind: 'paused' }, { kind: 'resumed', at: 2 }).kind).toBe('connecting');
    expect(nextState({ kind: 'paused' }, { kind: 'disabled' }).kind).toBe('disabled');
  });

  it('drops an old error with success', () => {
    for (const state of STATES.filter(({ kind }) => kind !== 'disabled' && kind !== 'paused')) {
      expect(nextState(state, { kind: 'usable', token: { kind: 'unknown-life' } })).toEqual({
        kind: 'ready',
        token: { kind: 'unknown-life' },
      });
    }
  });

  it('does not hide an outage, a login or a flow behind "Connecting"', () => {
    for (const state of STATES.filter(({ kind }) =>
      ['waiting', 'login-needed', 'logging-in', 'ready'].includes(kind),
    )) {
      expect(nextState(state, { kind: 'connect-started', at: 2 })).toBe(state);
    }
  });

  it('changes the token only of a server that is ready, and keeps what more is asked', () => {
    const token = { kind: 'unknown-life' } as const;
    for (const state of STATES) {
      const next = nextState(state, { kind: 'token-changed', token });
      if (state.kind === 'ready') expect(next).toEqual({ ...state, token });
      else expect(next).toBe(state);
    }
  });
});
