import { expect, it } from 'vitest';
import { looksLikeSnippet, readSnippet } from '../../src-renderer/servers/snippet.ts';

const linear = { url: 'https://mcp.linear.app/mcp' };

it.each([
  ['mcpServers', JSON.stringify({ mcpServers: { linear } })],
  ['servers', JSON.stringify({ servers: { linear: { type: 'http', ...linear } } })],
  ['mcp.servers', JSON.stringify({ mcp: { servers: { linear } } })],
  ['the inside alone', `"linear": ${JSON.stringify(linear)},`],
  ['a comma too many', '{ "mcpServers": { "linear": { "url": "https://mcp.linear.app/mcp", }, } }'],
])('reads a server from %s', (_shape, text) => {
  expect(looksLikeSnippet(text)).toBe(true);
  expect(readSnippet(text)).toEqual([{ name: 'linear', ...linear, headerEnv: {}, spelledOut: [] }]);
});

it('takes headers that name a variable, and never a value that is spelled out', () => {
  const headers = { Authorization: 'Bearer s3cret', 'X-Key': '${KEY}', 'X-Other': '${env:OTHER}' };
  const found = readSnippet(JSON.stringify({ mcpServers: { linear: { ...linear, headers } } }));
  expect(found?.[0]).toMatchObject({
    headerEnv: { 'X-Key': 'KEY', 'X-Other': 'OTHER' },
    spelledOut: ['Authorization'],
  });
  expect(JSON.stringify(found)).not.toContain('s3cret');
});

it('reads a server that is a program, with the variables that it names, and never a value that is spelled out', () => {
  const entry = { command: 'npx', args: ['-y', 'files'], cwd: '~/code', env: { KEY: 's3cret', TOKEN: '${OURS}' } };
  const found = readSnippet(JSON.stringify({ mcpServers: { files: entry } }));
  expect(found).toEqual([
    {
      name: 'files',
      command: 'npx',
      args: ['-y', 'files'],
      cwd: '~/code',
      env: { TOKEN: 'OURS' },
      spelledOut: ['KEY'],
    },
  ]);
  expect(JSON.stringify(found)).not.toContain('s3cret');
});

it('finds nothing in what is none', () => {
  for (const text of ['{', '{}', '{"a":1}', '{"mcpServers":{"x":{"url":"ftp://x"}}}', '[]']) {
    expect(readSnippet(text), text).toBeUndefined();
  }
  expect(looksLikeSnippet('https://x')).toBe(false);
});
