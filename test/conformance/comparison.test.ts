import { expect, test } from 'vitest';
import { compare } from './comparison.ts';
import type { ServerRun } from './server-suites.ts';
import type { Check } from './suites.ts';

function run(status: Check['status'], id = 'a-check'): ServerRun {
  return new Map([['tools-list', [{ id, description: 'what it looks at', status }]]]);
}

test('a check that is the same on all ways is no difference, whether it passes or not', () => {
  for (const status of ['SUCCESS', 'FAILURE'] as const) {
    const same = run(status);
    const [compared] = compare({ direct: same, lane: same, '/mcp': same });
    expect(compared?.differences).toEqual([]);
    expect(compared?.passes.lane).toBe(status === 'SUCCESS');
  }
});

test('a check that fails, warns, or is missing on one way only is a difference', () => {
  for (const other of [run('FAILURE'), run('WARNING'), run('SUCCESS', 'another-check'), new Map()]) {
    const [compared] = compare({ direct: run('SUCCESS'), lane: run('SUCCESS'), '/mcp': other });
    expect(compared?.differences.map(({ check }) => check)).toContain('a-check');
  }
});

test('a scenario that was not played on a way does not pass there', () => {
  const [compared] = compare({ direct: run('SUCCESS'), lane: new Map(), '/mcp': run('SUCCESS') });
  expect(compared?.passes).toEqual({ direct: true, lane: false, '/mcp': true });
});
