import { describe, expect, it } from 'vitest';
import type { LaneSession } from '../../src-main/engine/endpoint/lane-session.ts';
import { LaneSessions, SESSIONS_AT_MOST } from '../../src-main/engine/endpoint/lane-sessions.ts';
import type { UpstreamHttp } from '../../src-main/engine/ports.ts';
import type { UpstreamServer } from '../../src-main/engine/upstream/upstream-server.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';

/** Of a server only its name is used here; what is ended at it is asked of a stand-in that never answers. */
const server = { name: 'notes', url: 'http://127.0.0.1:9/mcp' } as unknown as UpstreamServer;
const upstreamHttp = { dispatch: () => ({}) } as unknown as UpstreamHttp;

function opened(): { sessions: LaneSessions; open: (n: number) => LaneSession } {
  const sessions = new LaneSessions({ random: createSeededRandom(), upstreamHttp });
  return { sessions, open: (n) => sessions.opened(server, `session ${n}`, 'laptop-tools', undefined) };
}

describe('L1 the sessions of one caller at one server', () => {
  it('are kept however many of them listen: the newest is never the one that is ended', () => {
    const { sessions, open } = opened();
    for (let n = 0; n <= SESSIONS_AT_MOST; n += 1) {
      const session = open(n);
      expect(sessions.use(server, session.id, 'laptop-tools')).toBe(session);
      session.streams.add({ onReopened: () => {}, onReady: () => {} });
    }
    expect(sessions.use(server, 'session 0', 'laptop-tools')).toBeUndefined();
    expect(sessions.use(server, 'session 1', 'laptop-tools')).toBeDefined();
  });

  it('end with one that nobody listens to, before one that somebody does', () => {
    const { sessions, open } = opened();
    for (let n = 0; n <= SESSIONS_AT_MOST; n += 1) {
      const session = open(n);
      if (n !== 7) session.streams.add({ onReopened: () => {}, onReady: () => {} });
    }
    expect(sessions.use(server, 'session 7', 'laptop-tools')).toBeUndefined();
    expect(sessions.use(server, 'session 0', 'laptop-tools')).toBeDefined();
  });
});
