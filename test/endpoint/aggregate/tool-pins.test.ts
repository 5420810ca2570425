import { describe, expect, test } from 'vitest';
import { ToolPins } from '../../../src-main/engine/endpoint/aggregate/tool-pins.ts';
import type { PinnedTools, PinTools } from '../../../src-main/engine/model/pinned-tools.ts';
import { toolText } from '../../../src-main/engine/model/tool-text.ts';
import { createRecordingLogger } from '../../fakes/recording-logger.ts';

function pinsOf(mode: PinTools, left: PinnedTools = []) {
  let current = (): PinnedTools => [];
  const told: string[] = [];
  const logger = createRecordingLogger();
  const pins = new ToolPins(
    {
      left,
      start: (read) => {
        current = read;
      },
      changed: () => {},
      erased: async () => {},
      stop: async () => {},
    },
    { logger, onChange: (server) => told.push(server) },
  );
  pins.configure({ all: mode, each: new Map() });
  return { pins, told, logger, kept: () => JSON.parse(JSON.stringify(current())) as PinnedTools };
}

const tool = (description: string, name = 'echo') => ({ name, description, inputSchema: { type: 'object', a: 1 } });

describe('tools that were seen or approved', () => {
  test('45 the first list is taken as it is; the order of members says nothing', () => {
    const { pins, told } = pinsOf('hold');
    pins.seen('notes', 'plain', [tool('a')]);
    pins.seen('notes', 'plain', [{ inputSchema: { a: 1, type: 'object' }, description: 'a', name: 'echo' }]);
    expect(pins.changes('notes')).toEqual([]);
    expect(told).toEqual([]);
  });

  test.each([
    ['title', { title: 'x' }],
    ['description', { description: 'b' }],
    ['input schema', { inputSchema: { type: 'object', a: 2 } }],
    ['output schema', { outputSchema: {} }],
    ['annotations', { annotations: { readOnlyHint: true } }],
  ])('45 another %s is another tool', (_what, change) => {
    const { pins, told } = pinsOf('hold');
    const before = tool('a');
    const after = { ...before, ...change };
    pins.seen('notes', 'plain', [before]);
    pins.seen('notes', 'plain', [after]);
    expect([pins.passes('notes', before), pins.passes('notes', after)]).toEqual([true, false]);
    expect(told).toEqual(['notes']);
  });

  test('45 a change is logged once, however many kinds of callers come to see it', () => {
    const { pins, logger } = pinsOf('warn');
    const kinds = ['plain', 'sampling'];
    for (const description of ['a', 'b', 'c']) {
      for (const kind of kinds) pins.seen('notes', kind, [tool(description)]);
    }
    expect(logger.of('tool.changed').map(({ fields }) => fields.detail)).toEqual(['echo', 'echo']);
  });

  test('45 what a server shows to some callers only is held back from those, however harmless it is to others', async () => {
    const { pins } = pinsOf('hold');
    const harmless = tool('a');
    const other = tool('b');
    pins.seen('notes', 'plain', [harmless]);
    pins.seen('notes', 'sampling', [other]);
    pins.seen('notes', 'plain', [harmless]);
    expect([pins.passes('notes', harmless), pins.passes('notes', other)]).toEqual([true, false]);
    const changes = pins.changes('notes');
    expect(changes).toMatchObject([
      { name: 'echo', kind: 'changed', before: toolText(harmless), after: toolText(other) },
    ]);
    expect(await pins.approve('notes', changes)).toBe(true);
    expect([pins.passes('notes', harmless), pins.passes('notes', other)]).toEqual([true, true]);
  });

  test('45 approving one leaves the others held back, and what changed since it was shown is not approved', async () => {
    const { pins } = pinsOf('hold');
    pins.seen('notes', 'plain', [tool('a', 'one'), tool('a', 'two')]);
    pins.seen('notes', 'plain', [tool('b', 'one'), tool('b', 'two')]);
    const shown = pins.changes('notes');
    expect(await pins.approve('notes', shown.slice(0, 1))).toBe(true);
    expect(pins.changes('notes').map(({ name }) => name)).toEqual(['two']);
    pins.seen('notes', 'plain', [tool('b', 'one'), tool('c', 'two')]);
    expect(await pins.approve('notes', shown.slice(1))).toBe(false);
    expect(pins.changes('notes')).toHaveLength(1);
  });

  test('45 what the file keeps is what is compared with after a restart, names like __proto__ included', () => {
    const before = pinsOf('warn');
    before.pins.seen('notes', 'plain', [tool('a', '__proto__'), tool('x'.repeat(200_000), 'long')]);
    const kept = before.kept();
    expect(kept[0]?.tools.map(({ text }) => text.length).every((length) => length <= 64 * 1024)).toBe(true);
    const after = pinsOf('hold', kept);
    after.pins.seen('notes', 'plain', [tool('a', '__proto__'), tool('x'.repeat(200_000), 'long')]);
    expect(after.pins.changes('notes')).toEqual([]);
    after.pins.seen('notes', 'plain', [tool('b', '__proto__')]);
    expect(after.pins.changes('notes').map(({ name }) => name)).toEqual(['__proto__']);
  });

  test('45 off compares nothing and keeps nothing', () => {
    const { pins, kept } = pinsOf('off');
    pins.seen('notes', 'plain', [tool('a')]);
    pins.seen('notes', 'plain', [tool('b')]);
    expect([pins.changes('notes'), kept()]).toEqual([[], []]);
    expect(pins.passes('notes', tool('c'))).toBe(true);
  });

  test('a description cannot look like another part of the tool', () => {
    expect(toolText({ description: 'a\nannotations: {}' })).not.toBe(toolText({ description: 'a', annotations: {} }));
    expect(toolText({ title: 'a\ndescription:\n  b' })).not.toBe(toolText({ title: 'a', description: 'b' }));
  });
});
