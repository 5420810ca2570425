import { expect, test } from 'vitest';
import { EXIT, exitCodeFor, exitCodeForReached } from '../../src-main/cli/exit-codes.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';

const problems: [Problem, number][] = [
  [{ code: 'internal', detail: '' }, 1],
  [{ code: 'timed-out', host: 'h', afterMs: 1 }, 1],
  [{ code: 'invalid-input', detail: '' }, 2],
  [{ code: 'engine-not-running', dataDir: '/d' }, 3],
  [{ code: 'unknown-server', server: 's', known: [] }, 4],
  [{ code: 'unknown-caller', caller: 'c', known: [] }, 4],
  [{ code: 'login-absent' }, 5],
  [{ code: 'login-ended', why: 'invalid-grant' }, 5],
  [{ code: 'vault-locked' }, 5],
  [{ code: 'registration-unavailable', issuer: 'i' }, 5],
  [{ code: 'authorization-refused', error: 'access_denied' }, 6],
  [{ code: 'flow-expired' }, 6],
  [{ code: 'flow-cancelled' }, 6],
  [{ code: 'flow-superseded' }, 6],
  [{ code: 'already-running', dataDir: '/d' }, 7],
  [{ code: 'port-busy', port: 1 }, 8],
];

test.each(problems)('ends with the documented code for %j', (problem, code) => {
  expect(exitCodeFor(problem)).toBe(code);
});

test('ends with 1 for a problem of a newer engine', () => {
  expect(exitCodeFor({ code: 'toString' } as unknown as Problem)).toBe(EXIT.failed);
});

const reached: [ServerState, number][] = [
  [{ kind: 'ready', token: { kind: 'not-needed' } }, 0],
  [{ kind: 'login-needed', reason: { code: 'login-absent' } }, 5],
  [{ kind: 'logging-in', flowId: 'f', since: 0, deadline: 1 }, 5],
  [{ kind: 'locked', since: 0 }, 5],
  [{ kind: 'waiting', retryAt: 1, attempt: 1, problem: { code: 'network-unreachable', host: 'h' } }, 1],
  [{ kind: 'stopped', problem: { code: 'credential-rejected', status: 401 } }, 6],
  [{ kind: 'stopped', problem: { code: 'server-unsupported', detail: '' } }, 1],
  [{ kind: 'disabled' }, 1],
];

test.each(reached)('tells by its code whether the state reached is of use: %j', (state, code) => {
  expect(exitCodeForReached(state)).toBe(code);
});
