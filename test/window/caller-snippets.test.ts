import { expect, test } from 'vitest';
import type { CallerLimit } from '../../src-main/engine/model/caller-limit.ts';
import { snippetAddresses } from '../../src-renderer/callers/snippet-addresses.ts';
import { snippetsFor } from '../../src-renderer/callers/snippets.ts';

test('a tool that speaks stdio is told the whole command of this Gatehouse, as its caller and without a key', () => {
  const servers = [
    { name: 'gatehouse', endpoint: 'http://127.0.0.1:7717/mcp' },
    { name: 'work', endpoint: 'http://127.0.0.1:7717/mcp/g/work', bridge: 'g/work' },
  ];
  const command = {
    file: 'C:\\Program Files\\Gatehouse\\node.exe',
    args: ['C:\\cli.js', '--data-dir', 'D:\\my "data"'],
  };
  const snippets = snippetsFor(servers, { name: 'Claude Desktop', key: 'gate_secret' }, command);
  const text = snippets.find(({ id }) => id === 'claude-desktop')?.text ?? '';
  expect(JSON.parse(text)).toEqual({
    mcpServers: {
      gatehouse: { command: command.file, args: [...command.args, 'stdio', '--as', 'Claude Desktop'] },
      work: { command: command.file, args: [...command.args, 'stdio', 'g/work', '--as', 'Claude Desktop'] },
    },
  });
  expect(text).not.toContain('gate_');
});

test('a tool is offered the one endpoint, groups, and servers by themselves, and of these what its key reaches', () => {
  const root = 'http://127.0.0.1:7717/mcp';
  const groups = ['work', 'home'].map((name) => ({ name, servers: [`${name}-1`], endpoint: `${root}/g/${name}` }));
  const servers = ['work-1', 'home-1'].map((name) => ({ name, endpoint: `${root}/${name}` }));
  const offered = (limit?: CallerLimit) =>
    snippetAddresses(root, limit, groups, servers).map(({ id, servers: given }) => [id, given.map(({ name }) => name)]);
  expect(offered()).toEqual([
    ['all', ['gatehouse']],
    ['g/work', ['work']],
    ['g/home', ['home']],
    ['each', ['work-1', 'home-1']],
  ]);
  expect(offered({ allow: ['work-1/get_*'], deny: [], readOnly: false })).toEqual([
    ['all', ['gatehouse']],
    ['g/work', ['work']],
    ['each', ['work-1']],
  ]);
  expect(offered({ allow: [], deny: [], readOnly: false })).toEqual([['all', ['gatehouse']]]);
});
