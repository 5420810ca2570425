import { afterEach, describe, expect, test } from 'vitest';
import { closeAllServers, legacyCaller } from '../endpoint/aggregate/all-servers.ts';
import { closeLater } from '../endpoint/house-with-upstream.ts';
import { begin } from '../endpoint/raw-request.ts';
import { startRecordingUpstream } from '../endpoint/recording-upstream.ts';
import { type HostileUpstream, type Hostility, startHostileUpstream } from '../servers/hostile-upstream.ts';
import { keepSessions } from '../servers/session-keeper.ts';
import { type Household, openHousehold } from './household.ts';

afterEach(closeAllServers);

const MIB = 1024 * 1024;

async function twoServers(prepare: (hostile: HostileUpstream) => void = () => {}, settings = {}) {
  const hostile = await startHostileUpstream();
  closeLater(hostile.close);
  prepare(hostile);
  const good = await startRecordingUpstream();
  closeLater(good.close);
  keepSessions(good);
  const household = await openHousehold({ servers: { hostile: hostile.url, good: good.url }, settings });
  await household.reached('hostile', 'ready');
  await household.reached('good', 'ready');
  return { hostile, household };
}

async function otherServerWorks(household: Household): Promise<void> {
  const client = await legacyCaller({ household });
  expect((await client.callTool({ name: 'good__x' })).content).toEqual([{ type: 'text', text: 'called' }]);
}

describe('44 a hostile server on /mcp', () => {
  test.each([
    ['endless headers', /HEADERS_OVERFLOW/],
    ['a gigabyte of JSON', /longer than 16 MiB/],
    ['a gigabyte of one event', /longer than 16 MiB/],
    ['events without an end of line', /longer than 16 MiB/],
    ['a redirect loop', /hostile: .*redirect/],
    ['not HTTP', /hostile: the connection to .* broke off/],
    ['a length that is a lie', /./],
  ] as const)('44 %s: told in words, bounded, the other server unharmed', async (hostility: Hostility, words) => {
    const { hostile, household } = await twoServers();
    const client = await legacyCaller({ household });
    await client.listTools();
    hostile.hostility = hostility;
    const before = process.memoryUsage().rss;
    await expect(client.callTool({ name: 'hostile__x' })).rejects.toThrow(words);
    expect(hostile.sent).toBeLessThan(64 * MIB);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MIB);
    await otherServerWorks(household);
  });

  test.each(['invalid UTF-8', 'deep JSON'] as const)(
    '44 %s: answered or told, and nothing falls',
    async (hostility) => {
      const { hostile, household } = await twoServers();
      const client = await legacyCaller({ household });
      await client.listTools();
      hostile.hostility = hostility;
      const ended = await client.callTool({ name: 'hostile__x' }).then(
        () => 'answered',
        () => 'told',
      );
      expect(['answered', 'told']).toContain(ended);
      await otherServerWorks(household);
    },
  );

  test.each([
    ['a list without an end', (hostile: HostileUpstream) => Object.assign(hostile, { isEndless: true })],
    [
      'a schema of 3,000 levels',
      (hostile: HostileUpstream) => {
        const nested = JSON.parse(`${'{"x":'.repeat(3000)}1${'}'.repeat(3000)}`);
        Object.assign(hostile, { tools: [{ name: 'x', inputSchema: { type: 'object', properties: nested } }] });
      },
    ],
    ['tools that are none', (hostile: HostileUpstream) => Object.assign(hostile, { tools: [1, null, { name: 7 }] })],
  ])('44 %s: the tools of the other server are listed', async (_what, prepare) => {
    const { household } = await twoServers(prepare);
    const client = await legacyCaller({ household });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('good__x');
    await otherServerWorks(household);
  });

  test('44 of an enormous list 5,000 tools are shown, and hostile names are names', async () => {
    const names = Array.from({ length: 6000 }, (_, n) => `tool-${n}`);
    const { household } = await twoServers(
      (hostile) => {
        hostile.tools = ['<img src=x onerror=alert(1)>', 'a\u001b[31mb\u202e', ...names].map((name) => ({
          name,
          description: '<script>\u0007',
          inputSchema: { type: 'object' },
        }));
      },
      { toolSearchAbove: false },
    );
    const client = await legacyCaller({ household });
    const { tools } = await client.listTools();
    expect(tools.filter(({ name }) => name.startsWith('hostile__'))).toHaveLength(5000);
    expect(JSON.stringify(household.logger.lines)).not.toContain('\\u001b');
    await otherServerWorks(household);
  });
});

describe('44 a hostile server on the lane', () => {
  test('44 bytes without an end are held back by a caller that does not read', async () => {
    const { hostile, household } = await twoServers();
    hostile.hostility = 'a gigabyte of one event';
    const { endpoint } = household.view('hostile');
    const headers = { authorization: `Bearer ${household.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    const before = process.memoryUsage().rss;
    const answer = await begin(endpoint, { method: 'POST', headers, body });
    let last = -1;
    await household.until(() => {
      const isSteady = last === hostile.sent;
      last = hostile.sent;
      return isSteady && last > 0;
    }, 'it is held back');
    expect(hostile.sent).toBeLessThan(64 * MIB);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    answer.destroy();
    await otherServerWorks(household);
  });

  test.each([
    ['endless headers', /HEADERS_OVERFLOW/],
    ['a redirect loop', /redirect/],
    ['not HTTP', /broke off/],
  ] as const)('44 %s: told in words', async (hostility, words) => {
    const { hostile, household } = await twoServers();
    hostile.hostility = hostility;
    const { message } = await household.call('hostile', { method: 'tools/call', params: { name: 'x' } });
    expect(message.error?.message).toMatch(words);
    await otherServerWorks(household);
  });
});
