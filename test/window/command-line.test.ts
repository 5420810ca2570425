import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wayIn } from '../../src-renderer/servers/add-server-form.ts';
import { joinCommand, readVariables, splitCommand, writeVariables } from '../../src-renderer/servers/command-line.ts';

describe('a command that is typed in', () => {
  it.each([
    ['npx -y @scope/server', ['npx', '-y', '@scope/server']],
    ['  node   "my server.js"  ', ['node', 'my server.js']],
    [`sh -c 'echo "hi"'`, ['sh', '-c', 'echo "hi"']],
    ['"C:\\Program Files\\a b.exe" C:\\notes', ['C:\\Program Files\\a b.exe', 'C:\\notes']],
    ['say ""', ['say', '']],
    ['', []],
  ])('%j is read as %j', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  it('is not read while a quotation mark is open', () => {
    expect(splitCommand('node "my server.js')).toBeUndefined();
  });

  it('is read again as it was, however odd its words', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (words) => {
        expect(splitCommand(joinCommand(words))).toEqual(words);
      }),
    );
  });
});

describe('what was typed in', () => {
  it.each([
    ['https://mcp.example.com/mcp', 'address'],
    ['npx -y server', 'command'],
    ['/usr/bin/server', 'command'],
    ['mcp.example.com/mcp', undefined],
    ['mcp.example.com', undefined],
    ['ftp://example.com', undefined],
    ['javascript://x', undefined],
    ['{"mcpServers":', undefined],
    ['node "x', undefined],
    [' ', undefined],
  ] as const)('%j is taken as %s', (text, way) => {
    expect(wayIn(text)).toBe(way);
  });
});

describe('the variables of a program', () => {
  it('are names, never values', () => {
    expect(readVariables('KEY, TOKEN=OURS  X=${Y}')).toEqual({ KEY: 'KEY', TOKEN: 'OURS', X: 'Y' });
    expect(readVariables('')).toEqual({});
    for (const text of ['KEY=sk-123', 'KEY=a b=1', '=X', 'A-B']) expect(readVariables(text), text).toBeUndefined();
    expect(writeVariables({ KEY: 'KEY', TOKEN: 'OURS' })).toBe('KEY TOKEN=OURS');
  });
});
