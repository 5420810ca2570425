import { describe, expect, test } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import { run } from './scripted-run.ts';

const LIMIT = { allow: ['linear', 'github/get_*'], deny: ['linear/x'], readOnly: true };
const SAID = 'may use linear, github/get_* except linear/x; only tools that say they read';

describe('what a caller key may use, from the command line', () => {
  test('add sends the limit, says what came of it, and names patterns of nobody', async () => {
    const asked: CallInput<'addCaller'>[] = [];
    const { exitCode, stdout, stderr } = await run(
      ['callers', 'add', 'ci', '--allow', 'linear', '--allow', 'github/get_*,x', '--deny', 'linear/x', '--read-only'],
      {
        addCaller: async (input) => {
          asked.push(input);
          return ok({ name: 'ci', key: 'gate_abc', url: 'http://127.0.0.1:7717/mcp', limit: LIMIT, unknown: ['x'] });
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ name: 'ci', limit: { ...LIMIT, allow: ['linear', 'github/get_*', 'x'] } }]);
    expect(stdout).toContain(`It ${SAID}. A server that is added later is not among it.`);
    expect(stderr).toBe('No server is there that "x" names.\n');
  });

  test('without options a key has no limit', async () => {
    const asked: CallInput<'addCaller'>[] = [];
    const { json } = await run(['callers', 'add', 'ci', '--json'], {
      addCaller: async (input) => {
        asked.push(input);
        return ok({ name: 'ci', key: 'gate_abc', url: 'u' });
      },
    });
    expect(asked).toEqual([{ name: 'ci' }]);
    expect(json()).toEqual([{ name: 'ci', key: 'gate_abc', url: 'u' }]);
  });

  test.each([
    [['--deny', ''], { deny: [] }],
    [['--allow', ''], { allow: [] }],
    [['--no-read-only'], { readOnly: false }],
    [['--allow', 'a b'], { allow: ['a', 'b'] }],
    [['--unlimited'], null],
  ])('edit %j sends only what was named', async (options, limit) => {
    const asked: CallInput<'limitCaller'>[] = [];
    const { exitCode, stdout } = await run(['callers', 'edit', 'ci', ...options], {
      limitCaller: async (input) => {
        asked.push(input);
        return ok({ name: 'ci', createdAt: 0, ...(limit ? { limit: LIMIT } : {}) });
      },
    });
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [{ name: 'ci', limit }] });
    expect(stdout).toContain(limit ? `"ci" ${SAID}.` : '"ci" may use everything.\n');
  });

  test.each([
    [[], 'Say what the key may use'],
    [['--unlimited', '--allow', 'a'], 'a limit or none'],
  ])('edit %j is refused with a sentence', async (options, sentence) => {
    const { exitCode, stderr } = await run(['callers', 'edit', 'ci', ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });

  test('the name of a tool as /mcp writes it is told how to be written here', async () => {
    const { stderr } = await run(['callers', 'edit', 'ci', '--allow', 'linear__get_issue'], {
      limitCaller: async () => ok({ name: 'ci', createdAt: 0, limit: LIMIT, unknown: ['linear__get_issue'] }),
    });
    expect(stderr).toContain('A tool is written linear/get_issue.');
  });

  test('list tells what each may use', async () => {
    const callers = [
      { name: 'ci', createdAt: 0, limit: LIMIT },
      { name: 'editor', createdAt: 0 },
    ];
    const { stdout } = await run(['callers', 'list'], { listCallers: async () => ok(callers) });
    expect(stdout).toContain(SAID);
    expect(stdout).toContain('never used  may use everything');
  });
});
