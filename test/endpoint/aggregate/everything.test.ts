import {
  CreateMessageRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

describe.each(['everything', 'everything-sse'] as const)('L3 the reference server (%s) through /mcp', (kind) => {
  test('prompts, resources, templates and completion lead to their server', async () => {
    const house = await openAllServers({ every: kind, notes: 'sdk' });
    for (const client of [await legacyCaller(house), await modernCaller(house)]) {
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toContain('every__simple-prompt');
      const prompt = await client.getPrompt({ name: 'every__simple-prompt' });
      expect(prompt.messages).not.toEqual([]);

      const { resources } = await client.listResources();
      const [first] = resources;
      if (!first) throw new Error('no resource was listed');
      expect(first.name).toMatch(/^every__/);
      expect((await client.readResource({ uri: first.uri })).contents).toHaveLength(1);

      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
        'demo://resource/dynamic/text/{resourceId}',
      );
      const read = await client.readResource({ uri: 'demo://resource/dynamic/text/7' });
      expect(read.contents[0]?.uri).toBe('demo://resource/dynamic/text/7');

      const completed = await client.complete({
        ref: { type: 'ref/prompt', name: 'every__completable-prompt' },
        argument: { name: 'department', value: 'E' },
      });
      expect(completed.completion.values).toContain('Engineering');
    }
  });

  test('what the server asks of the model, and the roots it wants to know, come from this caller', async () => {
    const house = await openAllServers({ every: kind });
    const client = await legacyCaller(house, { sampling: {}, roots: { listChanged: true } });
    client.setRequestHandler(CreateMessageRequestSchema, async () => ({
      model: 'test-model',
      role: 'assistant',
      content: { type: 'text', text: 'a sampled answer' },
    }));
    client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: 'file:///home/ada' }] }));
    const { tools } = await client.listTools();
    const sampling = tools.find(({ name }) => /sampling/i.test(name))?.name ?? '';
    const sampled = await client.callTool({ name: sampling, arguments: { prompt: 'Hello', maxTokens: 10 } });
    expect(JSON.stringify(sampled.content)).toContain('a sampled answer');
  });

  test('log messages and updated resources arrive at the caller that wanted them', async () => {
    const house = await openAllServers({ every: kind });
    const client = await legacyCaller(house);
    const logged = new Promise((resolve) => client.setNotificationHandler(LoggingMessageNotificationSchema, resolve));
    const updated = new Promise((resolve) => client.setNotificationHandler(ResourceUpdatedNotificationSchema, resolve));
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'every__toggle-simulated-logging', arguments: {} });
    await logged;
    const uri = 'demo://resource/dynamic/text/1';
    await client.subscribeResource({ uri });
    await client.callTool({ name: 'every__toggle-subscriber-updates', arguments: {} });
    await updated;
  });
});
