import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposedName } from '../../../src-main/engine/endpoint/aggregate/names.ts';

const namespace = { separator: '__' };

describe('the name under which a tool is shown', () => {
  test('is the server and its own name, where both can be seen in it', () => {
    expect(exposedName('linear', 'create-issue', namespace)).toBe('linear__create-issue');
  });

  test('is its own name alone, where the person wants no prefix', () => {
    expect(exposedName('linear', 'create issue', { separator: undefined })).toBe('create issue');
  });

  test.each([
    ['linear', 'issues.create'],
    ['linear', 'ünïcode'],
    ['linear', 'a'.repeat(80)],
    ['a__b', 'c'],
  ])('of %s and %s bears a hash, for it had to be changed or could be mistaken', (server, name) => {
    expect(exposedName(server, name, namespace)).toMatch(/^[a-zA-Z0-9_-]+_[0-9a-f]{8}$/);
  });

  test('two servers that could be mistaken for each other stay apart', () => {
    expect(exposedName('a__b', 'c', namespace)).not.toBe(exposedName('a', 'b__c', namespace));
  });

  const serverName = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,40}$/);
  const toolName = fc.string({ minLength: 1, maxLength: 130 });

  test('is one that models accept, and no other tool has it', () => {
    fc.assert(
      fc.property(serverName, toolName, serverName, toolName, (server, tool, otherServer, otherTool) => {
        const name = exposedName(server, tool, namespace);
        expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        const isSame = server === otherServer && tool === otherTool;
        expect(name === exposedName(otherServer, otherTool, namespace)).toBe(isSame);
      }),
    );
  });
});
