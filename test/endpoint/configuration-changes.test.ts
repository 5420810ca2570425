import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from '../stories/household.ts';
import { closeAll, closeLater, type House, openHouse } from './house-with-upstream.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

afterEach(closeAll);

async function listenLater(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

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

  test('is looked at under its new address at once, and nothing that is seen at the old one counts any more', async () => {
    const house = await openHouse();
    const { household, upstream } = house;
    const other = await startRecordingUpstream();
    closeLater(other.close);
    upstream.hang(true);
    const before = upstream.begun;
    const reconnected = household.engine.reconnect('notes');
    await household.until(() => upstream.begun > before, 'the old address is asked');
    await editEntry(house, { url: other.url });
    await household.until(() => other.begun > 0, 'the new address is asked');
    await upstream.die();
    expect(await reconnected).toMatchObject({ ok: true, value: { url: other.url } });
    expect(household.state('notes').kind).toBe('ready');
    expect(household.logger.of('server.state-changed').map(({ fields }) => fields.to)).not.toContain('waiting');
  });

  test('that is disabled while it is looked at is asked nothing more', async () => {
    const asked: ServerResponse[] = [];
    const slow = createServer((_request, response) => asked.push(response));
    const url = await listenLater(slow);
    const household = await openHousehold({ servers: { notes: url } });
    await household.until(() => asked.length === 1, 'the first question');
    await household.engine.setEnabled('notes', false);
    // It takes no POST, so an older one would be asked for its stream.
    asked[0]?.writeHead(405).end();
    await household.engine.setEnabled('notes', true);
    await household.until(() => asked.length > 1, 'the next question');
    expect(asked.map(({ req }) => req.method)).toEqual(['POST', 'POST']);
  });

  test('that was removed while it was looked at is told of no more', async () => {
    const asked: ServerResponse[] = [];
    const url = await listenLater(createServer((_request, response) => asked.push(response)));
    const household = await openHousehold({ servers: { notes: url } });
    await household.until(() => asked.length === 1, 'the question');
    await household.engine.removeServer('notes');
    const told: string[] = [];
    household.engine.onChange((change) => told.push(change.kind === 'server' ? change.view.name : change.kind));
    const [first] = asked;
    const heard = first && once(first, 'close');
    first?.writeHead(401, { connection: 'close' }).end();
    await heard;
    // As long as another round trip takes.
    await household.call('notes');
    expect(told).toEqual([]);
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
