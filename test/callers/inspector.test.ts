import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { closeAll } from '../endpoint/house-with-upstream.ts';
import { openSignedInHouse } from '../endpoint/signed-in-house.ts';

const run = promisify(execFile);

afterEach(closeAll);

test.each([
  ['lane', 'sdk', 'legacy'],
  ['lane', 'modern', 'modern'],
  ['lane', 'everything', 'auto'],
  // M5: of either era to a server of either.
  ['/mcp', 'sdk', 'modern'],
  ['/mcp', 'modern', 'legacy'],
  ['/mcp', 'everything', 'modern'],
  ['/mcp', 'everything-sse', 'legacy'],
] as const)(
  'mcp-inspector at the %s lists and calls the tools of the %s server, era %s',
  { timeout: 60_000 },
  async (where, upstream, era) => {
    const isSse = upstream === 'everything-sse';
    const house = await openSignedInHouse({ guard: { upstream }, ...(isSse ? { entry: { type: 'sse' } } : {}) });
    const { household } = house;
    const [endpoint, echo] =
      where === 'lane' ? [house.endpoint, 'echo'] : [household.engine.view().endpoint, 'linear__echo'];
    const home = await mkdtemp(join(tmpdir(), 'gatehouse-inspector-'));
    const inspect = async (...args: string[]): Promise<string> => {
      const common = ['--cli', endpoint, '--transport', 'http', '--protocol-era', era];
      const header = ['--header', `Authorization: Bearer ${household.key}`];
      const { stdout } = await run('npx', ['mcp-inspector', ...common, ...header, ...args], {
        env: { ...process.env, HOME: home },
      });
      return stdout;
    };
    try {
      expect(await inspect('--method', 'tools/list')).toContain(`"${echo}"`);
      const called = await inspect('--method', 'tools/call', '--tool-name', echo, '--tool-arg', 'message=hello');
      expect(called).toContain('hello');
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);
