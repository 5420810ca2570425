import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, openSignedIn, timeGoesBy } from './one-server.ts';

afterEach(closeEverything);

const kindsOf = (history: { spans: readonly { kind: string }[] }): string[] => history.spans.map(({ kind }) => kind);

describe('a day of a server', () => {
  test('32 is told across a renewal, a sleep and a restart, gaps as gaps and never as connected', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    const history = () => {
      const found = household.engine.history('linear');
      if (!found.ok) throw new Error(found.problem.code);
      return found.value;
    };
    const signedInAt = household.clock.now();
    expect(kindsOf(history()).at(-1)).toBe('connected');
    expect(history().points).toMatchObject([{ kind: 'signed-in', at: signedInAt, count: 1 }]);

    const slept = household.clock.now();
    await household.sleep('9 h');
    await timeGoesBy(household, {
      stepMs: 500,
      until: () => authorizationServer.counts.refreshes === 1 && history().points.length === 2,
      what: 'the renewal after the sleep',
    });
    const woke = slept + 9 * 3_600_000;
    expect(history().spans.slice(-2)).toMatchObject([
      { kind: 'asleep', from: slept, until: woke },
      { kind: 'connected', from: woke },
    ]);
    expect(history().points[1]).toMatchObject({ kind: 'renewed', count: 1 });

    const quitAt = household.clock.now();
    await household.engine.stop();
    await household.clock.advance('2 h');
    await household.restart();
    await household.until(() => kindsOf(history()).at(-1) === 'connected', 'connected again');
    const gap = history().spans.find(({ kind }) => kind === 'not-running');
    expect(gap?.from).toBe(quitAt);
    expect((gap?.until ?? 0) - quitAt).toBeGreaterThanOrEqual(2 * 3_600_000);
    expect(kindsOf(history())).toContain('asleep');
    expect(history().points[0]).toMatchObject({ kind: 'signed-in', at: signedInAt });
  });

  test('begins anew where its file is torn, and the torn file is kept', async () => {
    const { household } = await openSignedIn(3600);
    const file = join(household.dataDir, 'history.json');
    await household.engine.stop();
    const written = await readFile(file, 'utf8');
    expect(JSON.parse(written)).toMatchObject({ servers: { linear: { points: [{ kind: 'signed-in' }] } } });
    await writeFile(file, written.slice(0, 40));
    await household.clock.advance('1 min');
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.engine.history('linear')).toMatchObject({
      ok: true,
      value: { spans: [{ kind: 'connected' }], points: [] },
    });
    expect((await readdir(household.dataDir)).some((name) => name.startsWith('history.json.unreadable'))).toBe(true);
  });

  test('31 ends with the server: what is removed has no history, on disk neither, and an unknown one is named', async () => {
    const { household } = await openSignedIn(3600);
    await household.restart();
    expect(await readFile(join(household.dataDir, 'history.json'), 'utf8')).toContain('linear');
    await household.engine.removeServer('linear');
    expect(household.engine.history('linear')).toMatchObject({ ok: false, problem: { code: 'unknown-server' } });
    expect(await readFile(join(household.dataDir, 'history.json'), 'utf8')).not.toContain('linear');
  });
});
