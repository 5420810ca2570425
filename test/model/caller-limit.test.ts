import { describe, expect, test } from 'vitest';
import {
  accessUnder,
  type CallerLimit,
  changedLimit,
  patternMistake,
  patternsOfNobody,
} from '../../src-main/engine/model/caller-limit.ts';
import { limitWords } from '../../src-main/engine/model/limit-words.ts';

function limit(parts: Partial<CallerLimit>): CallerLimit {
  return { allow: [], deny: [], readOnly: false, ...parts };
}

const reads = { name: 'get_issue', annotations: { readOnlyHint: true } };
const writes = { name: 'delete_issue' };

describe('what a caller key may use', () => {
  test('a key without a limit may use everything', () => {
    const access = accessUnder(undefined);
    expect([access.isLimited, access.of('linear'), access.reachesBeyondTools('linear')]).toEqual([false, 'all', true]);
    expect(access.mayCall('linear', writes)).toBe(true);
  });

  test('a server that is named is reached as a whole, others not at all', () => {
    const access = accessUnder(limit({ allow: ['linear'] }));
    expect([access.of('linear'), access.of('linear2'), access.of('github')]).toEqual(['all', 'nothing', 'nothing']);
    expect(access.reachesBeyondTools('linear')).toBe(true);
    expect(access.mayCall('github', reads)).toBe(false);
  });

  test('of a server some tools: neither its other tools nor its prompts and resources', () => {
    const access = accessUnder(limit({ allow: ['linear/get_*'] }));
    expect([access.of('linear'), access.reachesBeyondTools('linear')]).toEqual(['some', false]);
    expect([access.mayCall('linear', reads), access.mayCall('linear', writes)]).toEqual([true, false]);
  });

  test('what is denied is denied, whatever allows it', () => {
    const tools = accessUnder(limit({ allow: ['linear', 'github'], deny: ['*/delete_*', 'github'] }));
    expect([tools.of('linear'), tools.of('github')]).toEqual(['some', 'nothing']);
    expect([tools.mayCall('linear', reads), tools.mayCall('linear', writes)]).toEqual([true, false]);
    expect(tools.reachesBeyondTools('linear')).toBe(true);
    expect(tools.reachesBeyondTools('github')).toBe(false);
  });

  test('read-only believes readOnlyHint: true and nothing else', () => {
    const access = accessUnder(limit({ allow: ['linear'], readOnly: true }));
    expect(access.of('linear')).toBe('some');
    expect(access.mayCall('linear', reads)).toBe(true);
    for (const annotations of [undefined, {}, { readOnlyHint: false }]) {
      expect(access.mayCall('linear', { name: 'get_issue', annotations })).toBe(false);
    }
  });

  test.each([
    ['*', 'anything', true],
    ['get_*', 'get_', true],
    ['get_*', 'forget_x', false],
    ['*_issue', 'get_issue', true],
    ['*_issue', 'get_issues', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'acb', false],
    ['a.c', 'abc', false],
    ['files/read', 'files/read', true],
    ['**', '', true],
  ])('a pattern %j and a tool %j: %j', (pattern, name, isMet) => {
    expect(accessUnder(limit({ allow: [`s/${pattern}`] })).mayCall('s', { name })).toBe(isMet);
  });

  test('no pattern and no name makes matching slow', () => {
    const access = accessUnder(limit({ allow: [`s/${'*a'.repeat(200)}b`] }));
    const begun = performance.now();
    expect(access.mayCall('s', { name: 'a'.repeat(20_000) })).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('a limit as it is set', () => {
  const servers = ['linear', 'github', 'work-mail'];

  test('without a list of what is allowed it is what is there now, so that no later server is reached', () => {
    for (const change of [{ deny: ['linear/delete_*'] }, { readOnly: true }]) {
      const set = changedLimit(undefined, change, servers);
      expect(set.allow).toEqual(servers);
      expect(accessUnder(set).of('later')).toBe('nothing');
    }
  });

  test('a star in the name of a server stands for those that are there now', () => {
    const set = changedLimit(undefined, { allow: ['*/get_*', 'work-*', 'linear/get_*'] }, servers);
    expect(set.allow).toEqual(['linear/get_*', 'github/get_*', 'work-mail/get_*', 'work-mail']);
    expect(accessUnder(set).of('work-later')).toBe('nothing');
  });

  test('what is not named stays', () => {
    const before = limit({ allow: ['linear'], deny: ['linear/x'], readOnly: true });
    expect(changedLimit(before, { deny: [] }, servers)).toEqual({ ...before, deny: [] });
    expect(changedLimit(before, { allow: ['github'] }, servers)).toEqual({ ...before, allow: ['github'] });
    expect(changedLimit(before, { readOnly: false }, servers)).toEqual({ ...before, readOnly: false });
  });

  test('a pattern that names nobody is found', () => {
    expect(patternsOfNobody(['linear', 'liner/x', 'w*/y', '*'], servers)).toEqual(['liner/x']);
  });

  test.each([
    ['', 'the name of a server'],
    ['/get_x', 'begins with the name of a server'],
    ['lin ear', 'begins with the name of a server'],
    ['linear/', 'behind the slash'],
    ['linear/get issue', 'no blanks'],
  ])('a pattern %j gets a sentence', (pattern, words) => {
    expect(patternMistake(pattern)?.detail).toContain(words);
  });

  test.each(['linear', 'linear/get_*', '*', '*/*', 'a.b-c_d/x.y/z'])('a pattern %j is right', (pattern) => {
    expect(patternMistake(pattern)).toBeUndefined();
  });

  test('a limit is told in one line', () => {
    expect(limitWords(undefined)).toBe('may use everything');
    expect(limitWords(limit({}))).toBe('may use nothing');
    expect(limitWords(limit({ allow: ['linear', 'github/get_*'], deny: ['linear/x'], readOnly: true }))).toBe(
      'may use linear, github/get_* except linear/x; only tools that say they read',
    );
  });
});
