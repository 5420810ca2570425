import { expect, test } from 'vitest';
import { snippetsFor } from '../../src-renderer/callers/snippets.ts';

test('a tool that speaks stdio is told the whole command of this Gatehouse, as its caller and without a key', () => {
  const servers = [{ name: 'linear', endpoint: 'http://127.0.0.1:7717/mcp/linear' }];
  const command = {
    file: 'C:\\Program Files\\Gatehouse\\node.exe',
    args: ['C:\\cli.js', '--data-dir', 'D:\\my "data"'],
  };
  const snippets = snippetsFor(servers, { name: 'Claude Desktop', key: 'gate_secret' }, command);
  const text = snippets.find(({ id }) => id === 'claude-desktop')?.text ?? '';
  expect(JSON.parse(text)).toEqual({
    mcpServers: {
      gatehouse: { command: command.file, args: [...command.args, 'stdio', '--as', 'Claude Desktop'] },
    },
  });
  expect(text).not.toContain('gate_');
});
