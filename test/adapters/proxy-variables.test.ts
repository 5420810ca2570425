import { describe, expect, it } from 'vitest';
import { readProxyVariables } from '../../src-main/adapters/proxy-variables.ts';

function proxyOf(env: Record<string, string>, url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const found = readProxyVariables(env)?.({ protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port });
  return found instanceof URL ? found.href : found;
}

const BOTH = { HTTPS_PROXY: 'http://secure.example:1', HTTP_PROXY: 'plain.example:2' };

describe('D8 the proxy variables', () => {
  it('are nothing where none is set, or an empty one', () => {
    expect(readProxyVariables({})).toBeUndefined();
    expect(readProxyVariables({ HTTPS_PROXY: '', NO_PROXY: '*' })).toBeUndefined();
  });

  it('name a proxy for each scheme, with or without http:// before it', () => {
    expect(proxyOf(BOTH, 'https://mcp.example/')).toBe('http://secure.example:1/');
    expect(proxyOf(BOTH, 'http://mcp.example/')).toBe('http://plain.example:2/');
    expect(proxyOf({ HTTP_PROXY: 'plain.example:2' }, 'https://mcp.example/')).toBeUndefined();
  });

  it('count in lower case first, and an empty one switches the other off', () => {
    expect(proxyOf({ ...BOTH, https_proxy: 'http://lower.example' }, 'https://mcp.example/')).toBe(
      'http://lower.example/',
    );
    expect(proxyOf({ ...BOTH, https_proxy: '' }, 'https://mcp.example/')).toBeUndefined();
  });

  it.each(['localhost', 'localhost.', 'a.localhost', '127.0.0.1', '127.9.9.9', '[::1]'])(
    'never concern this machine: %s',
    (host) => {
      expect([proxyOf(BOTH, `http://${host}:8080/`), proxyOf(BOTH, `https://${host}/`)]).toEqual([
        undefined,
        undefined,
      ]);
    },
  );

  it('name the variable whose value is no address of a proxy', () => {
    expect(proxyOf({ HTTPS_PROXY: 'socks5://proxy.example' }, 'https://mcp.example/')).toBe('HTTPS_PROXY');
    expect(proxyOf({ HTTPS_PROXY: 'http://me:50%@proxy.example' }, 'https://mcp.example/')).toBe('HTTPS_PROXY');
    expect(proxyOf({ http_proxy: 'http://' }, 'http://mcp.example/')).toBe('HTTP_PROXY');
  });

  it.each([
    ['*', ['https://a.example/', 'https://10.0.0.1/'], []],
    ['a.example', ['https://a.example/', 'https://A.example./', 'https://b.a.example/'], ['https://ba.example/']],
    ['.a.example, *.b.example', ['https://x.a.example/', 'https://x.b.example/'], ['https://c.example/']],
    ['a.example:8443', ['https://a.example:8443/'], ['https://a.example/']],
    ['a.example:443', ['https://a.example/'], ['https://a.example:8443/']],
    ['10.0.0.0/8 192.168.1.7', ['https://10.9.8.7/', 'https://192.168.1.7/'], ['https://192.168.1.8/']],
    ['[fd00::1]:443,fd00::2,fd01::/16', ['https://[fd00::1]/', 'https://[fd00::2]/', 'https://[fd01::9]/'], []],
    ['10.0.0.0/99', [], ['https://10.0.0.1/']],
  ])('NO_PROXY %j', (value, straight, through) => {
    const env = { ...BOTH, NO_PROXY: value };
    expect(straight.filter((url) => proxyOf(env, url) !== undefined)).toEqual([]);
    expect(through.filter((url) => proxyOf(env, url) === undefined)).toEqual([]);
  });
});
