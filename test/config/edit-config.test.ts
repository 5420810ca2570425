import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfigEdit, editConfig, type ServerChanges } from '../../src-main/engine/config/edit-config.ts';
import { readJsonText } from '../../src-main/engine/config/json-text.ts';

const FILE = `{
    "openBrowser": "ask",
    "mcpServers": {
        "b": { "url": "https://b.example", "scopes": [ "x",  "y" ] },
        "1": {
            "disabled": true,
            "url": "https://a.example",  "mine": {"kept": 1e3}
        },
        "c": { "command": "npx" }
    },
    "other": [1,2]
}
`;

const entry = { url: 'https://new.example/mcp', headers: { 'x-key': '${KEY}' }, scopes: ['a'] };

describe('an edit', () => {
  it('sets and takes away a group, in the place of the one that is there', () => {
    const group = (text: string, servers: readonly string[] | null) =>
      editConfig(text, { kind: 'set-group', group: 'work', servers });
    const made = group(FILE, ['b']);
    expect(JSON.parse(made).groups).toEqual({ work: ['b'] });
    expect(made.startsWith(FILE.slice(0, FILE.indexOf('"other"')))).toBe(true);
    expect(JSON.parse(group(made, ['b', 'c'])).groups).toEqual({ work: ['b', 'c'] });
    expect(JSON.parse(group(made, null)).groups).toEqual({});
    expect(group(FILE, null)).toBe(FILE);
  });

  it('adds a server at the end, in the indentation of the file', () => {
    expect(editConfig(FILE, { kind: 'add-server', name: 'new', entry })).toBe(
      FILE.replace(
        '"c": { "command": "npx" }',
        `"c": { "command": "npx" },
        "new": {
            "url": "https://new.example/mcp",
            "headers": {
                "x-key": "\${KEY}"
            },
            "scopes": [
                "a"
            ]
        }`,
      ),
    );
  });

  it('adds the first server to an empty file, to empty braces, and beside other settings', () => {
    const added = `"mcpServers": {\n    "n": {\n      "url": "https://n.example"\n    }\n  }\n}\n`;
    const edit = { kind: 'add-server', name: 'n', entry: { url: 'https://n.example' } } as const;
    expect(editConfig('', edit)).toBe(`{\n  ${added}`);
    expect(editConfig('{}\n', edit)).toBe(`{\n  ${added}`);
    expect(editConfig('{\n  "mcpServers": {}\n}\n', edit)).toBe(`{\n  ${added}`);
    expect(editConfig('{\n  "port": 1\n}\n', edit)).toBe(`{\n  "port": 1,\n  ${added}`);
  });

  it('keeps the line ends of the file', () => {
    const text = editConfig('{\r\n  "mcpServers": {}\r\n}\r\n', { kind: 'add-server', name: 'n', entry });
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('removes the first, one in the middle, the last and the only one, and nothing where the name is not there', () => {
    const remove = (text: string, name: string) => editConfig(text, { kind: 'remove-server', name });
    expect(remove(FILE, 'b')).toBe(FILE.replace(/"b": .*\n {8}/, ''));
    expect(remove(FILE, '1')).toBe(FILE.replace(/,\n {8}"1": \{[^}]*\}\n {8}\}/, ''));
    expect(remove(FILE, 'c')).toBe(FILE.replace(',\n        "c": { "command": "npx" }', ''));
    expect(remove('{"mcpServers": { "a": {} }}', 'a')).toBe('{"mcpServers": {}}');
    expect(remove(FILE, 'nobody')).toBe(FILE);
    expect(remove('{}', 'nobody')).toBe('{}');
  });

  it('disables and enables in the word that the entry uses already, and writes nothing that holds by itself', () => {
    const set = (text: string, name: string, enabled: boolean) =>
      editConfig(text, { kind: 'set-enabled', name, enabled });
    expect(set(FILE, '1', true)).toBe(FILE.replace('"disabled": true', '"disabled": false'));
    expect(set(FILE, 'b', false)).toBe(FILE.replace('"y" ] }', '"y" ], "enabled": false }'));
    expect(set(set(FILE, 'b', false), 'b', true)).toBe(FILE.replace('"y" ] }', '"y" ], "enabled": true }'));
    expect(set(FILE, 'b', true)).toBe(FILE);
    expect(set(FILE, 'nobody', false)).toBe(FILE);
    const both = '{"mcpServers":{"a":{"enabled":true,"disabled":false}}}';
    expect(set(both, 'a', false)).toBe('{"mcpServers":{"a":{"enabled":false,"disabled":true}}}');
  });

  it('changes settings in their places, adds new ones at the end of the entry, and takes away', () => {
    const change = (name: string, changes: ServerChanges) => editConfig(FILE, { kind: 'edit-server', name, changes });
    expect(change('b', { url: 'https://c.example' })).toBe(FILE.replace('https://b.example', 'https://c.example'));
    expect(change('b', { scopes: ['z', 'y'], clientId: 'c' })).toBe(
      FILE.replace('[ "x",  "y" ] }', '["z", "y"], "clientId": "c" }'),
    );
    expect(change('b', { scopes: null })).toBe(FILE.replace(', "scopes": [ "x",  "y" ]', ''));
    expect(change('1', { resource: false })).toBe(
      FILE.replace('{"kept": 1e3}', '{"kept": 1e3},\n            "resource": false'),
    );
    expect(change('nobody', { clientId: 'c' })).toBe(FILE);
  });

  it('leaves the text alone where it says that already, however it is written', () => {
    const edit = { kind: 'edit-server', name: 'b', changes: { scopes: ['x', 'y'], clientId: null, issuer: undefined } };
    expect(editConfig(FILE, edit as ConfigEdit)).toBe(FILE);
  });

  it('changes command, arguments and variables of a program, and leaves the values that are not named', () => {
    const text = '{"mcpServers":{"p":{"command":"a", "args": ["x"], "env": {"K":"s3cret"}}}}';
    const change = (changes: ServerChanges) => editConfig(text, { kind: 'edit-server', name: 'p', changes });
    expect(change({ command: 'b', args: ['y z'], cwd: '/', env: { T: '${T}' } })).toBe(
      '{"mcpServers":{"p":{"command":"b", "args": ["y z"], "env": {"K":"s3cret", "T": "${T}"}, "cwd": "/"}}}',
    );
    expect(change({ args: null, env: { K: null } })).toBe('{"mcpServers":{"p":{"command":"a"}}}');
  });

  it('changes headers one by one, and takes the whole away with the last', () => {
    const change = (text: string, headers: Record<string, string | null>) =>
      editConfig(text, { kind: 'edit-server', name: 'a', changes: { headers } });
    const none = '{"mcpServers":{"a":{"url":"u"}}}';
    const two = '{"mcpServers":{"a":{"url":"u", "headers": {"x":"1", "y":"2"}}}}';
    expect(JSON.parse(change(none, { x: '1' }))).toEqual({ mcpServers: { a: { url: 'u', headers: { x: '1' } } } });
    expect(change(none, { x: null })).toBe(none);
    expect(change(two, { x: null, y: '3' })).toBe('{"mcpServers":{"a":{"url":"u", "headers": {"y":"3"}}}}');
    expect(change(two, { x: null, y: null })).toBe('{"mcpServers":{"a":{"url":"u"}}}');
  });

  it('leaves every other value as it was, for any configuration, and taking back what was added gives the same values', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const file = fc.record({ port: fc.nat(), mcpServers: fc.dictionary(name, fc.jsonValue()), x: fc.jsonValue() });
    fc.assert(
      fc.property(file, fc.constantFrom('', '  ', '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const before = JSON.parse(text);
        const added = editConfig(text, { kind: 'add-server', name: 'new-one', entry });
        expect(JSON.parse(added)).toEqual({ ...before, mcpServers: { ...before.mcpServers, 'new-one': entry } });
        expect(JSON.parse(editConfig(added, { kind: 'remove-server', name: 'new-one' }))).toEqual(before);
      }),
    );
  });
});

it('the reader accepts and refuses what JSON.parse does, keys that are there twice aside', () => {
  const noKeyTwice = (text: string) => {
    const read = readJsonText(text);
    return read.ok || read.mistake.detail.includes('twice') ? undefined : read.mistake.detail;
  };
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '/', '\\', '0', ' ', '\u0001', '-', 'e'))
    .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken), (text) => {
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      if (accepted) expect(noKeyTwice(text)).toBeUndefined();
      else expect(readJsonText(text).ok).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

describe('settings for all servers', () => {
  it('are changed where they stand, or added behind what is there, and nothing else moves', () => {
    const text = '{\n  "port": 7717,\n  "mcpServers": {}\n}\n';
    expect(editConfig(text, { kind: 'change-settings', settings: { port: 7800, openBrowser: 'when-needed' } })).toBe(
      '{\n  "port": 7800,\n  "mcpServers": {},\n  "openBrowser": "when-needed"\n}\n',
    );
    expect(editConfig('', { kind: 'change-settings', settings: { port: 7800 } })).toBe('{\n  "port": 7800\n}\n');
  });
});
