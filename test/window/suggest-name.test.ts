import { describe, expect, it } from 'vitest';
import { isServerName } from '../../src-main/engine/model/ids.ts';
import { errorsFrom } from '../../src-renderer/servers/add-server-form.ts';
import { suggestName } from '../../src-renderer/servers/suggest-name.ts';

describe('a name suggested from the URL', () => {
  it.each([
    ['https://mcp.notion.com/mcp', 'notion'],
    ['https://api.githubcopilot.com/mcp/', 'githubcopilot'],
    ['https://mcp.grafana.example.com/mcp', 'grafana'],
    ['https://example.com/mcp', 'example'],
    ['http://localhost:3000/mcp', 'localhost'],
    ['http://127.0.0.1:9001/mcp', 'local'],
    ['http://[::1]:9001/mcp', 'local'],
    ['https://www.api.mcp/', 'server'],
  ])('%s: %s', (url, name) => {
    expect(suggestName(url, [])).toBe(name);
    expect(isServerName(name)).toBe(true);
  });

  it('is another one where the name is taken', () => {
    expect(suggestName('https://mcp.notion.com/mcp', ['notion', 'notion-2'])).toBe('notion-3');
  });

  it.each([
    ['npx -y @modelcontextprotocol/server-memory', 'memory'],
    ['npx @playwright/mcp@latest', 'mcp'],
    ['uvx mcp-server-git --repository .', 'git'],
    ['docker run -i --rm mcp/github', 'github'],
    ['/opt/tools/linear-mcp', 'linear'],
    ['"C:\\Program Files\\notes.exe" --all', 'notes'],
    ['node build/index.js', 'index'],
  ])('of the command %s: %s', (command, name) => {
    expect(suggestName(command, [])).toBe(name);
  });

  it.each(['', 'javascript:alert(1)', 'file:///etc/passwd', 'https://'])('is none for %j', (text) => {
    expect(suggestName(text, [])).toBeUndefined();
  });
});

describe("the engine's refusal of a new server", () => {
  it('stands at the field that it is about', () => {
    expect(errorsFrom({ code: 'name-taken', name: 'a' })).toEqual({ name: '"a" exists already.' });
    expect(errorsFrom({ code: 'invalid-input', detail: 'url: no host.' })).toEqual({ where: 'no host.' });
    expect(errorsFrom({ code: 'invalid-input', detail: 'scopes.0: too short' })).toEqual({ scopes: 'too short' });
    expect(errorsFrom({ code: 'invalid-input', field: 'cwd', detail: 'write the whole path.' })).toEqual({
      cwd: 'Write the whole path.',
    });
    expect(errorsFrom({ code: 'paused' })).toEqual({ form: 'Gatehouse is paused.' });
  });
});
