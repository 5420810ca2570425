import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEndpointUrl, checkOpenableUrl } from '../../src-main/engine/oauth/safe-url.ts';

const nasty = [
  'file:///etc/passwd',
  'javascript:alert(1)',
  'JaVaScRiPt://x/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'ms-settings:display',
  'ssh://host/-oProxyCommand=calc',
  '\\\\attacker\\share',
  '//attacker/share',
  'https:\\\\attacker\\share',
  'https:attacker.example',
  'https:///attacker.example',
  '$(calc)',
  'https://as.example/$(calc)',
  'https://as.example/$\u007bIFS}',
  'https://as.example/`calc`',
  '--flag',
  '-flag',
  'calc.exe',
  '',
  ' https://as.example/',
  'https://as.example/ --flag',
  'https://as.example/\ta',
  'https://as.example/\r\nSet-Cookie: a=b',
  'https://as.example/\0',
  'https://as.example/\u{202e}gpj',
  'https://as.example/"onclick="x',
  'https://as.example/<script>',
  'https://as.example/a|b',
  'https://as.example/a^b',
  'https://user:pass@as.example/',
  'https://@as.example/',
  'https://as.example\\@evil.example/',
  'https://аs.example/',
  'http://as.example/authorize',
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'http://10.0.0.1/',
  'http://[::2]/',
  'https://[::1',
  'https://as.example:99999/',
  `https://as.example/${'a'.repeat(9000)}`,
];

describe('checkEndpointUrl', () => {
  it.each(nasty)('F5 scenario 40: refuses %j', (url) => {
    expect(checkEndpointUrl('authorization_endpoint', url)).toMatchObject({
      ok: false,
      problem: { code: 'unsafe-url', what: 'authorization_endpoint' },
    });
  });

  it.each([
    'https://as.example/authorize',
    'HTTPS://AS.example:8443/a/b?x=y&z=%20',
    'http://127.0.0.1:9000/token',
    'http://127.8.8.8/token',
    'http://localhost:9000/token',
    'http://[::1]:9000/token',
  ])('F5 accepts %s', (url) => {
    expect(checkEndpointUrl('token_endpoint', url)).toEqual({ ok: true, value: new URL(url) });
  });

  it('F5 refuses a fragment, which an endpoint has not (RFC 6749 3.1)', () => {
    expect(checkEndpointUrl('authorization_endpoint', 'https://as.example/a#b').ok).toBe(false);
    expect(checkEndpointUrl('authorization_endpoint', 'https://as.example/a#').ok).toBe(false);
  });

  it('tells a refused URL without its password, on one line, cut', () => {
    const checked = checkEndpointUrl('token_endpoint', `https://user:hunter2@as.example/\n${'a'.repeat(500)}`);
    const said = checked.ok ? '' : JSON.stringify(checked.problem);
    expect(said).not.toContain('hunter2');
    expect(said).not.toContain('\\n');
    expect(said.length).toBeLessThan(400);
  });

  it('F5 lets nothing through but https, or http on loopback, whatever it is given', () => {
    const scheme = fc.constantFrom('https', 'http', 'file', 'javascript', 'data', 'ftp', 'HTTP', '');
    const host = fc.constantFrom('as.example', '127.0.0.1', 'localhost', '[::1]', 'user@as.example', '', '10.1.2.3');
    const rest = fc.oneof(fc.string({ unit: 'binary' }), fc.webPath());
    const made = fc
      .tuple(scheme, fc.constantFrom('://', ':', ':/', '//', ':\\\\'), host, rest)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(made, fc.string({ unit: 'binary' })), (text) => {
        const checked = checkEndpointUrl('x', text);
        if (!checked.ok) return;
        const url = checked.value;
        expect(url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)).toBe(true);
        expect(['https:', 'http:']).toContain(url.protocol);
        expect(url.username + url.password + url.hash).toBe('');
        expect(text).toMatch(/^[\x21-\x7e]+$/);
        expect(text).toMatch(/^https?:\/\//i);
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkOpenableUrl', () => {
  it.each(nasty)('scenario 40: lets %j reach no browser', (url) => {
    expect(checkOpenableUrl(url)).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
  });

  it("lets the window's own link through, with its fragment", () => {
    expect(checkOpenableUrl('http://127.0.0.1:4711/#code=abc').ok).toBe(true);
  });
});
