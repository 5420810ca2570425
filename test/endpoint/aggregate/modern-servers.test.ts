import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type HintingUpstream, hintFrom } from '../../servers/hinting-upstream.ts';
import { type House, openHouse } from '../house-with-upstream.ts';
import { closeAllServers, legacyCaller, modernCaller } from './all-servers.ts';

afterEach(closeAllServers);

const CALL = { name: 'notes__x', arguments: {} };
const CALLED = [{ type: 'text', text: 'called' }];
const HOUR_MS = 60 * 60_000;

/** `notes` speaks 2026-07-28. */
async function hintedHouse(hint: HintingUpstream['hint']): Promise<House & { server: HintingUpstream }> {
  const house = await openHouse();
  const server = hintFrom(house.upstream);
  server.hint = hint;
  return { ...house, server };
}

async function otherKey({ household }: House): Promise<string> {
  const added = await household.engine.addCaller('other');
  if (!added.ok) throw new Error('no key');
  return added.value.key;
}

interface Lists {
  listTools(params?: undefined, options?: object): Promise<{ tools: { name: string }[] }>;
}

async function names(caller: Lists): Promise<string[]> {
  return (await caller.listTools()).tools.map(({ name }) => name);
}

describe('M3 how long a modern server says its lists hold', () => {
  test('M3 is kept to, beyond our own time and no longer', async () => {
    const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
    const { household, server } = house;
    const caller = await legacyCaller(house);
    await names(caller);
    await household.clock.advance('59 min');
    await names(caller);
    // What the list would have asked for is there before these.
    await caller.callTool(CALL);
    await caller.callTool(CALL);
    expect(server.came('tools/list')).toBe(1);
    await household.clock.advance('2 min');
    await names(caller);
    await household.until(() => server.came('tools/list') === 2, 'asked again');
  });

  test('M3 0 means asked again with each list, and a server that never says the same twice ends no caller', async () => {
    const house = await hintedHouse({ ttlMs: 0, cacheScope: 'public' });
    const { household, server } = house;
    const caller = await legacyCaller(house);
    await names(caller);
    await household.clock.advance('1 s');
    for (const times of [2, 3, 4]) {
      await names(caller);
      await household.until(() => server.came('tools/list') === times, 'asked again');
    }
    let count = 0;
    server.tool = () => {
      count += 1;
      return `x${count}`;
    };
    while (!(await names(caller)).includes('notes__x1'));
    for (let lists = 0; lists < 20; lists += 1) await names(caller);
    expect(count).toBe(1);
  });
});

describe('M3 what a modern server says is private', () => {
  test('M3 is not shared between callers, also when they ask at once', async () => {
    const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'private' });
    const { server } = house;
    let count = 0;
    server.tool = () => {
      count += 1;
      return `x${count}`;
    };
    const callers = [await legacyCaller(house), await legacyCaller(house, {}, await otherKey(house))] as const;
    const [mine, others] = await Promise.all([names(callers[0]), names(callers[1])]);
    expect([mine.length, others.length]).toEqual([1, 1]);
    expect(mine).not.toEqual(others);
    expect([await names(callers[0]), await names(callers[1])]).toEqual([mine, others]);
  });

  test.each([
    ['private', false],
    ['public', true],
  ] as const)('M3 what is %s is kept across a restart: %s', async (cacheScope, isKept) => {
    const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope });
    house.server.tool = 'of-nobody-else';
    await names(await legacyCaller(house));
    await house.household.restart();
    const { dataDir } = house.household;
    const files = await Promise.all((await readdir(dataDir)).map((name) => readFile(join(dataDir, name), 'utf8')));
    expect(files.some((file) => file.includes('of-nobody-else'))).toBe(isKept);
  });

  test('M3 what is public is asked for once for all of them', async () => {
    const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
    const callers = [await legacyCaller(house), await legacyCaller(house, {}, await otherKey(house))] as const;
    expect(await names(callers[0])).toEqual(await names(callers[1]));
    expect(house.server.came('tools/list')).toBe(1);
  });

  test('M3 our own lists are private and never kept by callers, for a key is limited at once', async () => {
    const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
    const caller = await modernCaller(house);
    expect(await caller.listTools()).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
  });
});

describe('M4 the era of a server', () => {
  test('M4 M3 is asked for once; what a modern server says of itself, as it allows', async () => {
    for (const { hint, asked } of [
      { hint: { ttlMs: HOUR_MS, cacheScope: 'public' }, asked: 1 },
      { hint: { ttlMs: HOUR_MS, cacheScope: 'private' }, asked: 2 },
    ] as const) {
      const house = await hintedHouse(hint);
      const caller = await legacyCaller(house);
      await names(caller);
      expect(house.server.came('server/discover')).toBe(1);
      // The caller's own connection.
      await caller.callTool(CALL);
      expect(house.server.came('server/discover')).toBe(asked);
    }
  });

  test('M4 of a legacy server is asked for once and remembered, for every caller', async () => {
    const house = await hintedHouse({});
    house.server.isLegacy = true;
    for (const key of [house.household.key, await otherKey(house)]) {
      const caller = await legacyCaller(house, {}, key);
      expect((await caller.callTool(CALL)).content).toEqual(CALLED);
    }
    expect(house.server.came('server/discover')).toBe(1);
    expect(house.server.came('initialize')).toBeGreaterThan(2);
  });
});

describe('M1 what a modern server refuses', () => {
  test.each(['legacy', 'modern'] as const)(
    'M1 -32022: a server that went back to 2025-11-25 is spoken to in that, and a %s caller does not notice',
    async (era) => {
      const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
      const { server } = house;
      const caller = era === 'legacy' ? await legacyCaller(house) : await modernCaller(house);
      await names(caller);
      expect((await caller.callTool(CALL)).content).toEqual(CALLED);
      server.isLegacy = true;
      expect((await caller.callTool(CALL)).content).toEqual(CALLED);
      const asked = server.came('server/discover');
      expect((await caller.callTool(CALL)).content).toEqual(CALLED);
      expect(server.came('server/discover')).toBe(asked);
    },
  );

  test.each(['legacy', 'modern'] as const)(
    'M1 -32020 and -32022 that stay are told to a %s caller in the server’s words, and end',
    async (era) => {
      const house = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
      const { server } = house;
      const caller = era === 'legacy' ? await legacyCaller(house) : await modernCaller(house);
      await names(caller);
      await caller.callTool(CALL);
      const data = { supported: ['2026-07-28'], requested: '2026-07-28' };
      for (const code of [-32020, -32022]) {
        const before = server.came('tools/call');
        server.refusals.set('tools/call', { code, message: 'not this header', data, times: 100 });
        await expect(caller.callTool(CALL)).rejects.toThrow(/not this header/);
        // Twice for each that the caller sends, and its SDK sends one more itself.
        expect(server.came('tools/call') - before).toBeLessThanOrEqual(4);
      }
    },
  );
});

test('M1 a revision that nobody knows is answered with -32022 and those that are known', async () => {
  const { household, headers } = await hintedHouse({});
  const answer = await fetch(household.engine.view().endpoint, {
    method: 'POST',
    headers: { ...headers, 'mcp-protocol-version': '2099-01-01', 'mcp-method': 'tools/list' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2099-01-01',
          'io.modelcontextprotocol/clientInfo': { name: 'caller', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  expect(answer.status).toBe(400);
  const { error } = (await answer.json()) as { error: { code: number; data: { supported: string[] } } };
  expect(error.code).toBe(-32022);
  expect(error.data.supported).toContain('2026-07-28');
});

test('45 a held server is not called on its lane for a tool that nobody has seen yet', async () => {
  const { server, ...house } = await hintedHouse({ ttlMs: HOUR_MS, cacheScope: 'public' });
  const edited = await house.household.engine.editServer({ name: 'notes', changes: { pinTools: 'hold' } });
  expect(edited.ok).toBe(true);
  expect(await names(await modernCaller(house, {}, house.household.key, '/notes'))).toEqual(['x']);
  server.tool = 'came-later';
  // Of what it offers to callers of another kind nothing is known, because it does not say.
  server.refusals.set('tools/list', { code: -32603, message: 'not now', times: 1 });
  const caller = await modernCaller(house, { elicitation: {} }, house.household.key, '/notes');
  await expect(caller.callTool({ name: 'came-later' })).rejects.toThrow('There is no tool "came-later" here.');
  expect(server.came('tools/call')).toBe(0);
});
