import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive } from '../servers/is-alive.ts';
import { closeHouseholds, type Household, openHousehold } from './household.ts';
import { editConfig, timeGoesBy } from './one-server.ts';

const EVERYTHING = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const SMALL = join(import.meta.dirname, '../servers/stdio-server.process.mjs');

const callers: { close(): Promise<void> }[] = [];
const files: string[] = [];

afterEach(async () => {
  for (const caller of callers.splice(0)) await caller.close();
  await closeHouseholds();
  for (const file of files.splice(0)) await rm(file, { force: true });
});

/** The small server, that tells of its starts in a file. */
function small(env: Readonly<Record<string, string>> = {}) {
  const runs = join(tmpdir(), `gatehouse-runs-${crypto.randomUUID()}`);
  files.push(runs);
  const started = async (): Promise<{ pid: number; helper: number }[]> => {
    const lines = await readFile(runs, 'utf8').catch(() => '');
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ').map(Number))
      .map(([pid = 0, helper = 0]) => ({ pid, helper }));
  };
  const entry = { command: process.execPath, args: [SMALL], env: { RUNS: runs, ...env } };
  return { entry: { ...entry, cwd: join(import.meta.dirname, '../..') }, started };
}

function address(household: Household, server?: string): URL {
  const { endpoint } = household.engine.view();
  return new URL(server === undefined ? endpoint : `${endpoint}/${server}`);
}

async function caller(household: Household, server?: string, capabilities = {}): Promise<Client> {
  const client = new Client({ name: 'caller', version: '1.0.0' }, { capabilities });
  callers.push(client);
  const transport = new StreamableHTTPClientTransport(address(household, server), {
    requestInit: { headers: { authorization: `Bearer ${household.key}` } },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] };
  return content[0]?.text ?? '';
}

describe('L4 a server that is a program', () => {
  test('L4 the reference server over stdio: tools, prompts and resources, at its own address and behind /mcp', async () => {
    const household = await openHousehold({
      servers: { every: { command: process.execPath, args: [EVERYTHING, 'stdio'] } },
    });
    await household.reached('every', 'ready');
    expect(household.view('every')).toMatchObject({ url: '', command: expect.stringContaining(' stdio') });
    const alone = await caller(household, 'every');
    expect((await alone.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(await call(alone, 'echo', { message: 'hello' })).toBe('Echo: hello');
    const among = await caller(household);
    expect(await call(among, 'every__echo', { message: 'hello' })).toBe('Echo: hello');
    expect((await among.getPrompt({ name: 'every__simple-prompt' })).messages).not.toEqual([]);
    const [resource] = (await among.listResources()).resources;
    expect((await among.readResource({ uri: resource?.uri ?? '' })).contents).toHaveLength(1);
  });

  test('L4 a caller of 2026-07-28 reaches it too', async () => {
    const household = await openHousehold({ servers: { small: small().entry } });
    await household.reached('small', 'ready');
    const client = new ModernClient(
      { name: 'modern', version: '1.0.0' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    callers.push(client);
    await client.connect(
      new ModernTransport(address(household, 'small'), {
        requestInit: { headers: { authorization: `Bearer ${household.key}` } },
      }),
    );
    const { content } = await client.callTool({ name: 'count', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: '1' }]);
  });

  test('L3 what it asks of the model, and the roots it wants to know, come from its caller', async () => {
    const household = await openHousehold({
      servers: { every: { command: process.execPath, args: [EVERYTHING, 'stdio'] } },
    });
    await household.reached('every', 'ready');
    const client = await caller(household, 'every', { sampling: {}, roots: { listChanged: true } });
    client.setRequestHandler(CreateMessageRequestSchema, async () => ({
      model: 'test-model',
      role: 'assistant',
      content: { type: 'text', text: 'a sampled answer' },
    }));
    client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: 'file:///home/ada' }] }));
    const sampling = (await client.listTools()).tools.find(({ name }) => /sampling/i.test(name))?.name ?? '';
    expect(await call(client, sampling, { prompt: 'Hello', maxTokens: 10 })).toContain('a sampled answer');
  });

  test('L3 two callers have processes of their own, and the one that shows what it offers is nobody else’s', async () => {
    const { entry, started } = small();
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    const [one, two] = [await caller(household, 'small'), await caller(household)];
    expect(await call(one, 'count')).toBe('1');
    expect(await call(one, 'count')).toBe('2');
    expect(await call(two, 'small__count')).toBe('1');
    const pids = [await call(one, 'pid'), await call(two, 'small__pid')].map(Number);
    const all = (await started()).map(({ pid }) => pid);
    expect(all).toHaveLength(3);
    expect(new Set([...pids, all[0]]).size).toBe(3);
  });

  test('L4 a server that ends at whatever comes before initialize is asked that first the next time', async () => {
    const { entry, started } = small({ FRAGILE: 'yes' });
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    expect(await started()).toHaveLength(2);
    expect(await call(await caller(household, 'small'), 'count')).toBe('1');
    expect(await started()).toHaveLength(3);
  });

  test('42 it gets what it needs, what is configured, and nothing else of our environment', async () => {
    process.env.GATEHOUSE_TEST_SECRET = 'not-for-programs';
    try {
      const { entry } = small({ TOKEN: '${SOME_TOKEN}', PLAIN: 'yes' });
      const household = await openHousehold({
        servers: { small: entry },
        env: { SOME_TOKEN: 'configured-secret' },
        secrets: ['configured-secret'],
      });
      await household.reached('small', 'ready');
      const client = await caller(household, 'small');
      const given = JSON.parse(await call(client, 'environment')) as Record<string, string>;
      expect(given).toMatchObject({ TOKEN: 'configured-secret', PLAIN: 'yes', PATH: process.env.PATH });
      expect(Object.keys(given)).not.toContain('GATEHOUSE_TEST_SECRET');
      expect(Object.values(given)).not.toContain(household.key);

      await call(client, 'say', { line: 'my token is configured-secret, and this is a line' });
      await household.until(() => household.logger.of('program.said').length > 0, 'the line');
      expect(household.logger.of('program.said')[0]?.fields).toMatchObject({
        server: 'small',
        detail: 'my token is [secret], and this is a line',
      });
    } finally {
      delete process.env.GATEHOUSE_TEST_SECRET;
    }
  });

  test('L4 without a working folder it runs in the person’s home, with one there', async () => {
    const household = await openHousehold({
      servers: {
        home: { command: process.execPath, args: ['-e', 'console.error(process.cwd())'] },
        there: small().entry,
      },
    });
    await household.until(() => household.logger.of('program.said').length > 0, 'the folder');
    expect(household.logger.of('program.said')[0]?.fields.detail).toBe(homedir());
    await household.reached('there', 'ready');
    expect(await call(await caller(household, 'there'), 'folder')).toBe(join(import.meta.dirname, '../..'));
  });

  test('a command that does not exist gets a sentence, and works after it was put right', async () => {
    const { entry } = small();
    const household = await openHousehold({ servers: { small: { ...entry, command: 'no-such-command-here' } } });
    await household.reached('small', 'stopped');
    const client = await caller(household, 'small');
    await expect(call(client, 'count')).rejects.toThrow(
      /small: Stopped\. The command no-such-command-here was not found\. Install it, or write its whole path/,
    );
    await editConfig(household, { small: entry });
    await household.reached('small', 'ready');
    expect(await call(client, 'count')).toBe('1');
  });

  test('a working folder that is not there is told as that', async () => {
    const household = await openHousehold({ servers: { small: { ...small().entry, cwd: '/no/such/folder' } } });
    expect(await household.reached('small', 'stopped')).toMatchObject({
      problem: { code: 'program-not-started', detail: 'the folder /no/such/folder is not there' },
    });
  });

  test('36 a program that crashes is started again, each time later, until it has run for a minute', async () => {
    const { entry, started } = small();
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    const delays: number[] = [];
    for (let crash = 1; crash <= 3; crash += 1) {
      process.kill((await started()).at(-1)?.pid ?? 0, 'SIGKILL');
      const state = await household.reached('small', 'waiting');
      if (state.kind !== 'waiting') throw new Error(state.kind);
      expect(state).toMatchObject({ attempt: crash, problem: { code: 'program-ended', how: 'SIGKILL' } });
      delays.push(state.retryAt - household.clock.now());
      await household.clock.advance(state.retryAt - household.clock.now());
      await household.reached('small', 'ready');
    }
    const [first = 0, second = 0, third = 0] = delays;
    expect(second).toBeGreaterThan(first * 1.5);
    expect(third).toBeGreaterThan(second * 1.5);

    await household.clock.advance('61 s');
    process.kill((await started()).at(-1)?.pid ?? 0, 'SIGKILL');
    expect(await household.reached('small', 'waiting')).toMatchObject({ attempt: 1 });
  });

  test('a call that its process does not outlive says that it may have run; the next one has a new process', async () => {
    const { entry } = small();
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    const client = await caller(household, 'small');
    await expect(call(client, 'crash')).rejects.toThrow(/The call may have run; it was not sent a second time/);
    expect(await call(client, 'count')).toBe('1');
    expect(household.state('small').kind).toBe('ready');
  });

  test('a caller’s process that nobody used for a quarter of an hour is ended; its next call starts another one', async () => {
    const { entry } = small();
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    const client = await caller(household, 'small');
    const pid = Number(await call(client, 'pid'));
    await timeGoesBy(household, { stepMs: 60_000, until: () => !isAlive(pid), what: 'the end of the process' });
    expect(Number(await call(client, 'pid'))).not.toBe(pid);
    expect(household.state('small').kind).toBe('ready');
  });

  test.each([
    ['disabled', (household: Household) => household.engine.setEnabled('small', false)],
    ['removed', (household: Household) => household.engine.removeServer('small')],
    ['stopped with the engine', (household: Household) => household.engine.stop()],
  ] as const)('a server that is %s leaves no process, nor any that it had started', async (_how, end) => {
    const { entry, started } = small({ HELPER: 'yes' });
    const household = await openHousehold({ servers: { small: entry } });
    await household.reached('small', 'ready');
    await call(await caller(household, 'small'), 'count');
    const all = (await started()).flatMap(({ pid, helper }) => [pid, helper]);
    expect(all).toHaveLength(4);
    expect(all.filter(isAlive)).toEqual(all);
    await end(household);
    await household.until(() => !all.some(isAlive), 'the end of all of them');
  });

  test('it is told that there is no sign-in', async () => {
    const household = await openHousehold({ servers: { small: small().entry } });
    await household.reached('small', 'ready');
    const started = await household.engine.startLogin('small', { openBrowser: false, startOver: false });
    expect(started).toMatchObject({ ok: false, problem: { code: 'server-unsupported' } });
  });
});
