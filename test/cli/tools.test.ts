import { describe, expect, test } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { CallInput, CallOutput } from '../../src-preload/derive.ts';
import { aRow, aSnapshot } from '../control/scripted-engine.ts';
import { run } from './scripted-run.ts';

const found: CallOutput<'toolChanges'> = {
  pinTools: 'hold',
  approved: 4,
  changes: [
    {
      name: 'ec\u200Bho',
      kind: 'changed',
      hash: 'h1',
      lines: [
        { mark: '~', text: '' },
        { mark: '-', text: '  Says it again' },
        { mark: '+', text: '  Says it[U+202E] again' },
      ],
    },
    { name: 'extra', kind: 'new', hash: 'h2', lines: [{ mark: '+', text: 'description:' }] },
  ],
};

describe('changed tools, from the command line', () => {
  test('45 the difference is shown before and after, with what cannot be seen written out', async () => {
    const { exitCode, stdout } = await run(['tools', 'notes'], { toolChanges: async () => ok(found) });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        'ec[U+200B]ho: changed, held back until you approve it',
        '  ...',
        '  -   Says it again',
        '  +   Says it[U+202E] again',
        '',
        'extra: new, held back until you approve it',
        '  + description:',
        '',
        'Approve with "gatehouse tools approve notes [TOOL]".',
        '',
      ].join('\n'),
    );
  });

  test.each([
    [{ pinTools: 'off', approved: 0, changes: [] }, '"pinTools" is "off"'],
    [{ pinTools: 'warn', approved: 4, changes: [] }, 'all tools are as they were approved or seen first (4).'],
  ] as const)('45 %j is told in a line', async (answer, words) => {
    const { stdout } = await run(['tools', 'notes'], { toolChanges: async () => ok({ ...answer, changes: [] }) });
    expect(stdout).toContain(words);
  });

  test.each([
    [[], ['h1', 'h2']],
    [['extra'], ['h2']],
    [['ec[U+200B]ho'], ['h1']],
  ])('45 approve %j sends what was shown, and nothing else', async (tool, hashes) => {
    const asked: CallInput<'approveTools'>[] = [];
    const { exitCode, stdout } = await run(['tools', 'approve', 'notes', ...tool], {
      toolChanges: async () => ok(found),
      approveTools: async (input) => {
        asked.push(input);
        return ok(aRow({ name: 'notes', state: { kind: 'disabled' } }));
      },
    });
    expect(exitCode).toBe(0);
    expect(asked.flatMap(({ tools }) => tools.map(({ hash }) => hash))).toEqual(hashes);
    expect(stdout).toContain(': changed, approved'.slice(tool[0] === 'extra' ? 9 : 0));
  });

  test('45 approve of a tool that did not change ends with 4 and names those that did', async () => {
    const { exitCode, stderr } = await run(['tools', 'approve', 'notes', 'ehco'], {
      toolChanges: async () => ok(found),
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('There are: ec[U+200B]ho, extra.');
  });

  test('45 status says which servers have changed tools', async () => {
    const rows = [
      aRow({ name: 'notes', state: { kind: 'disabled' }, toolChanges: { count: 2, held: true } }),
      aRow({ name: 'tickets', state: { kind: 'disabled' }, toolChanges: { count: 1, held: false } }),
    ];
    const { stderr } = await run(['status'], { status: async () => ok(aSnapshot(rows)) });
    expect(stderr).toContain(
      'notes: 2 tools are not as they were, and held back until you approve (gatehouse tools notes).',
    );
    expect(stderr).toContain('tickets: 1 tool is not as it was (gatehouse tools tickets).');
  });
});
