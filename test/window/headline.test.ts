import { describe, expect, it } from 'vitest';
import { groupRows } from '../../src-main/engine/model/group.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { headlineFor } from '../../src-renderer/servers/headline.ts';
import { everyState, freshToken, rowOf } from './pictures.ts';

const now = Date.now();
const connected = rowOf('ok', { kind: 'ready', token: freshToken(now, 60, 30) });
const needed = (name: string): ServerRow => rowOf(name, { kind: 'login-needed', reason: { code: 'login-absent' } });
const offline = rowOf('far', {
  kind: 'waiting',
  retryAt: now,
  attempt: 1,
  problem: { code: 'network-unreachable', host: 'far' },
});
const stopped = rowOf('bad', { kind: 'stopped', problem: { code: 'pkce-unsupported', issuer: 'https://i' } });
const signingIn = rowOf('lin', { kind: 'logging-in', flowId: 'f', since: now, deadline: now });

describe('the sentence in the header', () => {
  it.each<[string, readonly ServerRow[], string, string]>([
    ['well', [], 'Ready for your first server', 'The endpoint listens already'],
    ['well', [connected], 'All connected', '1 connected'],
    ['need', [connected, needed('notion'), offline], 'Sign in needed: notion', '1 connected, 1 comes back by itself'],
    ['need', [needed('a'), needed('b'), stopped], 'Sign in needed: a, b', '1 more needs you'],
    ['need', ['a', 'b', 'c', 'd'].map(needed), 'Sign in needed: 4 servers', ''],
    ['trouble', [connected, stopped], 'Stopped: bad', '1 connected'],
    [
      'working',
      [connected, signingIn, offline],
      'Signing in: lin',
      '1 connected, 1 signing in, 1 comes back by itself',
    ],
    ['well', [connected, offline], 'Nobody is needed', '1 connected, 1 comes back by itself'],
    ['paused', [rowOf('p', { kind: 'paused' })], 'Paused', '1 paused'],
    ['paused', [rowOf('d', { kind: 'disabled' })], 'All servers are off', '1 disabled'],
    ['working', [rowOf('c', { kind: 'connecting', attempt: 1, since: now })], 'Connecting', '1 comes back by itself'],
  ])('%s: of %j', (face, rows, sentence, counts) => {
    expect(headlineFor(rows, 'open', false)).toEqual({ face, sentence, counts });
  });

  it('says a locked keychain before a sign-in, and a silent engine before all', () => {
    expect(headlineFor([needed('a')], 'open', true).sentence).toBe('Keychain locked');
    expect(headlineFor([needed('a')], 'gone', true).sentence).toBe('Gatehouse does not answer');
  });
});

describe('the groups', () => {
  it('put problems first and forget nobody', () => {
    const rows = everyState(now);
    const groups = groupRows(rows);
    expect(groups.map(({ id }) => id)).toEqual(['needs-you', 'keychain', 'comes-back', 'connected', 'off']);
    expect(groups.flatMap((group) => group.rows.map(({ name }) => name)).sort()).toEqual(
      rows.map(({ name }) => name).sort(),
    );
  });

  it('put whose turn it is before a sign-in that is under way', () => {
    expect(groupRows([signingIn, needed('notion')])[0]?.rows.map(({ name }) => name)).toEqual(['notion', 'lin']);
  });
});
