import { describe, expect, it } from 'vitest';
import { overallOf } from '../../src-main/engine/model/overall.ts';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';

const ready: ServerState = { kind: 'ready', token: { kind: 'not-needed' } };
const needed: ServerState = { kind: 'login-needed', reason: { code: 'login-absent' } };
const locked: ServerState = { kind: 'locked', since: 0 };
const stopped: ServerState = { kind: 'stopped', problem: { code: 'credential-rejected', status: 401 } };
const offline: ServerState = {
  kind: 'waiting',
  retryAt: 0,
  attempt: 1,
  problem: { code: 'network-unreachable', host: 'example.com' },
};
const rejected: ServerState = { ...offline, problem: { code: 'token-rejected' } };

describe('the one sentence of tray and window', () => {
  it.each<[string, ServerState[]]>([
    ['Ready for your first server', []],
    ['All connected', [ready, { kind: 'disabled' }]],
    ['Sign in needed: b', [ready, needed, offline]],
    ['Sign in needed: 4 servers', [needed, needed, needed, needed]],
    ['Keychain locked', [needed, locked]],
    ['Credential rejected: a', [stopped, ready]],
    ['Token rejected: a', [rejected, ready, offline]],
    ['Nobody is needed', [ready, offline]],
    ['Paused', [{ kind: 'paused' }, { kind: 'disabled' }]],
    ['All servers are off', [{ kind: 'disabled' }]],
  ])('says "%s", the most pressing first', (sentence, states) => {
    const rows = states.map((state, index) => ({ name: 'abcdef'.charAt(index), state }));
    expect(overallOf(rows, String).sentence).toBe(sentence);
  });
});
