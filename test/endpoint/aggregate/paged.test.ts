import { afterEach, describe, expect, test } from 'vitest';
import { closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

describe('a server whose list comes in pages, on /mcp', () => {
  test('is listed whole, and the tools of the last page can be called', async () => {
    const house = await openAllServers({ many: 'paged', other: 'modern' });
    for (const connect of [legacyCaller, modernCaller]) {
      const client = await connect(house, {}, undefined, '?tools=all');
      const { tools, nextCursor } = await client.listTools();
      expect(nextCursor).toBeUndefined();
      expect(tools.filter(({ name }) => name.startsWith('many__'))).toHaveLength(250);
      expect(tools.map(({ name }) => name)).toContain('other__echo');
      const answer = await client.callTool({ name: 'many__tool-250' });
      expect(answer.content).toEqual([{ type: 'text', text: 'tool-250' }]);
    }
  });

  test('has so many tools that they are found by search, where nobody said otherwise', async () => {
    const house = await openAllServers({ many: 'paged' });
    const client = await modernCaller(house);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['find_tools', 'call_tool']);
    const found = await client.callTool({ name: 'find_tools', arguments: { query: 'number 217' } });
    expect(JSON.stringify(found.content)).toContain('many__tool-217()');
  });
});
