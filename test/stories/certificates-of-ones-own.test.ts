import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { readBody } from '../servers/request-body.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, timeGoesBy } from './one-server.ts';

const TLS = path.join(import.meta.dirname, '../fixtures/tls');
const fixture = (name: string): string => readFileSync(path.join(TLS, name), 'utf8');

let close = (): void => {};
afterEach(async () => {
  await closeEverything();
  close();
});

/** An MCP server for everybody, with a certificate that only an office's own CA stands for. */
async function openOfficeServer(): Promise<string> {
  const server = createServer(
    { key: fixture('key.pem'), cert: fixture('of-own-ca.pem') },
    async (request, response) => {
      const { id } = JSON.parse((await readBody(request)).toString()) as { id?: unknown };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: id ?? null, result: { tools: [] } }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `https://localhost:${(server.address() as AddressInfo).port}/mcp`;
}

function row(household: Household): string {
  return wordsFor(household.state('office'), () => '12:00').sentence;
}

/** So often in vain that the next look is minutes away. */
async function hasLongBeenRefused(household: Household): Promise<void> {
  const refusedOften = (): boolean => {
    const state = household.state('office');
    return state.kind === 'waiting' && state.attempt > 8 && state.retryAt - household.clock.now() > 60_000;
  };
  await timeGoesBy(household, { stepMs: 30_000, until: refusedOften, what: 'a next look minutes away' });
}

async function isReachedWithinSeconds(household: Household): Promise<void> {
  const before = household.clock.now();
  const isReady = (): boolean => household.state('office').kind === 'ready';
  await timeGoesBy(household, { stepMs: 250, until: isReady, what: 'reached' });
  expect(household.clock.now() - before).toBeLessThanOrEqual(15_000);
}

describe('a server whose certificate only an own CA stands for', () => {
  test('D8 is refused, and reached as soon as "caFile" names that CA: by our looks and by what callers send', async () => {
    const url = await openOfficeServer();
    const household = await openHousehold({ servers: { office: url } });
    await household.reached('office', 'waiting');
    expect(row(household)).toContain('its certificate is not trusted');
    expect((await household.call('office')).message.result).toBeUndefined();
    await hasLongBeenRefused(household);

    await copyFile(path.join(TLS, 'own-ca.pem'), path.join(household.dataDir, 'ca.pem'));
    await editConfig(household, { office: { url } }, { caFile: 'ca.pem' });
    await isReachedWithinSeconds(household);
    expect((await household.call('office')).message.result).toEqual({ tools: [] });

    await household.restart();
    await household.reached('office', 'ready');
    expect((await household.call('office')).message.result).toEqual({ tools: [] });
  });

  test('D8 is refused again when the setting goes, or the file is another when the configuration is read again', async () => {
    const url = await openOfficeServer();
    const ca = path.join(TLS, 'own-ca.pem');
    const household = await openHousehold({ servers: { office: url }, settings: { caFile: ca } });
    await household.reached('office', 'ready');

    await editConfig(household, { office: { url } });
    await household.engine.reconnect('office');
    expect(row(household)).toContain('its certificate is not trusted');
    expect((await household.call('office')).message.result).toBeUndefined();

    const own = path.join(household.dataDir, 'ca.pem');
    await copyFile(ca, own);
    await editConfig(household, { office: { url } }, { caFile: 'ca.pem' });
    await isReachedWithinSeconds(household);
    await writeFile(own, fixture('names.pem'));
    household.engine.reload();
    await household.engine.reconnect('office');
    expect(row(household)).toContain('its certificate is not trusted');
  });

  test('D8 a mistake in the setting leaves the certificates that were good in force', async () => {
    const url = await openOfficeServer();
    const household = await openHousehold({
      servers: { office: url },
      settings: { caFile: path.join(TLS, 'own-ca.pem') },
    });
    await household.reached('office', 'ready');
    await editConfig(household, { office: { url } }, { caFile: 'gone.pem' });
    expect(household.engine.view().configProblem).toMatchObject({ code: 'config-invalid', key: 'caFile' });
    expect(await household.engine.reconnect('office')).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
    expect((await household.call('office')).message.result).toEqual({ tools: [] });
  });
});
