import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('a server in detail', () => {
  test('tells who calls it, the tools that it offers, and the log of its last renewal under one correlation id', async () => {
    const { household } = await openSignedIn(3600);
    await initialize(household);
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
    const details = await household.engine.serverDetails('linear');
    if (!details.ok) throw new Error(details.problem.code);
    const { callers, tools, flow } = details.value;
    expect(callers).toEqual([{ caller: 'story', calls: 1, lastCallAt: expect.any(Number) }]);
    expect(tools).toContain('echo');
    const told = flow?.lines.map(({ text }) => text).join('\n') ?? '';
    expect(told).toContain('/token');
    expect(told).toMatch(/status=200/);
    const ofFlow = household.logger.lines.filter((line) => line.fields?.correlationId === flow?.correlationId);
    expect(ofFlow.length).toBe(flow?.lines.length);
    expect(household.browser.pages).toEqual([]);
  });

  test('a server that nobody signed in to is not asked for its tools', async () => {
    const { household, mcp } = await openSignedIn(3600);
    await household.engine.logout('linear');
    const { requests } = mcp.counts;
    const details = await household.engine.serverDetails('linear');
    expect(details.ok && details.value.callers).toEqual([]);
    expect(mcp.counts.requests).toBe(requests);
    expect(await household.engine.serverDetails('nobody')).toMatchObject({ problem: { code: 'unknown-server' } });
  });
});
