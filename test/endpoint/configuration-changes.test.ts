import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, closeLater, type House, openHouse } from './house-with-upstream.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

afterEach(closeAll);

async function editEntry({ household }: House, entry: unknown): Promise<void> {
  const file = join(household.dataDir, 'config.json');
  const config: { mcpServers: Record<string, unknown> } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...config, mcpServers: { ...config.mcpServers, notes: entry } }));
  household.engine.reload();
}

describe('a server whose entry is edited while it is called', () => {
  test('ends the streams to its old address, so that the caller opens them at the new one', async () => {
    const house = await openHouse();
    const other = await startRecordingUpstream();
    closeLater(other.close);
    house.upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    });
    const stream = await fetch(house.endpoint, { headers: { ...house.headers, accept: 'text/event-stream' } });
    expect(stream.status).toBe(200);
    await editEntry(house, { url: other.url });
    await expect(stream.text()).rejects.toThrow();
    await house.household.until(() => house.upstream.openRequests === 0, 'the old stream is gone upstream');
    await house.household.call('notes');
    expect(other.arrived).toHaveLength(1);
  });

  test('answers callers with the reason where the entry cannot be used any more', async () => {
    const house = await openHouse();
    await editEntry(house, { url: house.upstream.url, headers: { 'x-key': ['$', '{NOT_SET_HERE}'].join('') } });
    const answer = await house.household.call('notes');
    expect(answer.message.error?.message).toMatch(/NOT_SET_HERE/);
    await house.household.restart();
    const afterwards = await house.household.call('notes');
    expect(afterwards.status).toBe(404);
    expect(afterwards.body).toMatch(/NOT_SET_HERE/);
  });
});
