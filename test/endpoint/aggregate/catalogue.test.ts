import { describe, expect, test } from 'vitest';
import {
  aliasFor,
  type Catalogue,
  mergeLists,
  NO_LISTS,
  type ServerLists,
} from '../../../src-main/engine/endpoint/aggregate/catalogue.ts';

const namespace = { separator: '__', longest: 64 };
const tool = (name: string) => ({ name, inputSchema: { type: 'object' as const } });

function merged(lists: Readonly<Record<string, Partial<ServerLists>>>): Catalogue {
  const entries = Object.entries(lists).map(([name, some]): [string, ServerLists] => [name, { ...NO_LISTS, ...some }]);
  return mergeLists(new Map(entries), namespace);
}

describe('the lists of all servers as one', () => {
  test('keep the order of the servers, and each name leads back', () => {
    const catalogue = merged({ b: { tools: [tool('x'), tool('y')] }, a: { tools: [tool('x')] } });
    expect(catalogue.tools.map(({ name }) => name)).toEqual(['b__x', 'b__y', 'a__x']);
    expect(catalogue.tool('a__x')).toEqual({ server: 'a', name: 'x' });
    expect(catalogue.tool('x')).toBeUndefined();
  });

  test('a tool that a server lists twice is there once', () => {
    expect(merged({ a: { tools: [tool('x'), tool('x')] } }).tools).toHaveLength(1);
  });

  test('an address that two servers use is told apart, and both can be read', () => {
    const resource = { uri: 'file:///readme', name: 'readme' };
    const catalogue = merged({ a: { resources: [resource] }, b: { resources: [resource] } });
    const alias = aliasFor('b', resource.uri);
    expect(catalogue.resources.map(({ uri }) => uri)).toEqual([resource.uri, alias]);
    expect(catalogue.resource(resource.uri)).toEqual({ server: 'a', name: resource.uri });
    expect(catalogue.resource(alias)).toEqual({ server: 'b', name: resource.uri });
    expect(catalogue.resource(aliasFor('c', resource.uri))).toBeUndefined();
    expect(catalogue.resource('gatehouse://b/%zz')).toBeUndefined();
  });

  test('an address of a template leads to its server; slashes only where the template has them', () => {
    const catalogue = merged({
      a: { templates: [{ uriTemplate: 'notes://{id}', name: 'note' }] },
      b: { templates: [{ uriTemplate: 'repo://{owner}/{+path}', name: 'file' }] },
    });
    expect(catalogue.resource('notes://7')?.server).toBe('a');
    expect(catalogue.resource('repo://ada/src/main.ts')?.server).toBe('b');
    expect(catalogue.resource('notes://7/8')).toBeUndefined();
    expect(catalogue.resource('other://7')).toBeUndefined();
  });

  test('an address that one server alone can have given leads to it', () => {
    const catalogue = merged({ a: { resources: [{ uri: 'x://1', name: 'one' }] }, b: { tools: [tool('x')] } });
    expect(catalogue.resource('x://unlisted')).toEqual({ server: 'a', name: 'x://unlisted' });
  });

  test('an address in a result is shown as it is, unless it would lead to another server', () => {
    const resources = [{ uri: 'x://1', name: 'one' }];
    const templates = [{ uriTemplate: 'notes://{id}', name: 'note' }];
    const catalogue = merged({
      a: { resources, templates },
      b: { resources, templates },
      c: { resources: [{ uri: 'y://1', name: 'other' }] },
    });
    expect(['a', 'b', 'c', 'd'].map((server) => catalogue.isContested(server))).toEqual([false, true, false, false]);
    const shown = (uri: string) => ['a', 'b', 'c'].map((server) => catalogue.shownAddress(server, uri));
    expect(shown('x://1')).toEqual(['x://1', aliasFor('b', 'x://1'), 'x://1']);
    expect(shown('notes://7')).toEqual(['notes://7', aliasFor('b', 'notes://7'), 'notes://7']);
    expect(shown('https://example.com')).toEqual(Array(3).fill('https://example.com'));
    expect(catalogue.resource(aliasFor('b', 'notes://7'))).toEqual({ server: 'b', name: 'notes://7' });
  });

  test('44 a hostile template makes no address slow to look up', () => {
    const uriTemplate = `x://${'{+a}a'.repeat(40)}b`;
    const catalogue = merged({ a: { templates: [{ uriTemplate, name: 'slow' }] }, b: NO_LISTS });
    expect(catalogue.resource(`y://${'a'.repeat(5000)}`)).toEqual({ server: 'a', name: `y://${'a'.repeat(5000)}` });
    expect(catalogue.resource(`x://${'a'.repeat(5000)}`)?.server).toBe('a');
  });
});
