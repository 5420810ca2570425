import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposedName } from '../../../src-main/engine/endpoint/aggregate/names.ts';

const namespace = { separator: '__', longest: 64 };

describe('the name under which a tool is shown', () => {
  test('is the server and its own name, where both can be seen in it', () => {
    expect(exposedName('linear', 'create-issue', namespace)).toBe('linear__create-issue');
  });

  test('is its own name alone, where the person wants no prefix', () => {
    expect(exposedName('linear', 'create issue', { separator: undefined, longest: 64 })).toBe('create issue');
  });

  test.each([
    ['linear', 'issues.create'],
    ['linear', 'ünïcode'],
    ['linear', 'a'.repeat(80)],
    ['a__b', 'c'],
    ['a_', 'b'],
    ['linear', 'create_0a1b2c3d'],
  ])('of %s and %s bears a hash, for it had to be changed or could be mistaken', (server, name) => {
    expect(exposedName(server, name, namespace)).toMatch(/^[a-zA-Z0-9_-]+_[0-9a-f]{8}$/);
  });

  test.each([
    ['a__b', 'c', 'a', 'b__c'],
    ['a_', 'b', 'a', '_b'],
  ])('of %s and %s is not that of %s and %s, although they could be mistaken for each other', (...names) => {
    const [server, tool, otherServer, otherTool] = names;
    expect(exposedName(server, tool, namespace)).not.toBe(exposedName(otherServer, otherTool, namespace));
  });

  test('cannot be taken by a server that gives a tool the name which another had to be given', () => {
    const changed = exposedName('a__b', 'c', namespace);
    expect(exposedName('a', changed.slice('a__'.length), namespace)).not.toBe(changed);
  });

  test('bears the separator that the person chose, and a longer one stays whole where callers take 128 characters', () => {
    expect(exposedName('linear', 'create_issue', { separator: '-', longest: 64 })).toBe('linear-create_issue');
    const long = 'a'.repeat(100);
    expect(exposedName('linear', long, { separator: '__', longest: 128 })).toBe(`linear__${long}`);
    expect(exposedName('linear', long, { separator: '__', longest: 48 })).toMatch(/^linear__a{31}_[0-9a-f]{8}$/);
  });

  const serverName = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,40}$/);
  const toolName = fc.string({ minLength: 1, maxLength: 130 });

  test.each(['__', '_', '-', 'x'])('is one that models accept, and no other tool has it (%s)', (separator) => {
    const chosen = { separator, longest: 64 };
    fc.assert(
      fc.property(serverName, toolName, serverName, toolName, (server, tool, otherServer, otherTool) => {
        const name = exposedName(server, tool, chosen);
        expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        const isSame = server === otherServer && tool === otherTool;
        expect(name === exposedName(otherServer, otherTool, chosen)).toBe(isSame);
      }),
    );
  });
});
