import { describe, expect, it } from 'vitest';
import { deepLinkIn, linkQuestion, parseDeepLink } from '../../src-main/shell/deep-link.ts';
import { isConfirmed } from '../../src-main/shell/question.ts';

describe('a gatehouse link', () => {
  it.each([
    ['gatehouse://sign-in?server=linear', { kind: 'sign-in', server: 'linear' }],
    ['GATEHOUSE://sign-in/?server=linear', { kind: 'sign-in', server: 'linear' }],
    [
      'gatehouse://add-server?name=linear&url=https%3A%2F%2Fmcp.linear.app%2Fmcp',
      { kind: 'add-server', name: 'linear', url: 'https://mcp.linear.app/mcp' },
    ],
  ])('%s is understood', (text, link) => {
    expect(parseDeepLink(text)).toEqual({ ok: true, value: link });
  });

  it.each([
    'https://example.com/?server=linear',
    'gatehouse:sign-in?server=linear',
    'gatehouse://sign-in',
    'gatehouse://sign-in?server=no%20spaces',
    'gatehouse://sign-in/../add-server?server=linear',
    'gatehouse://logout?server=linear',
    'gatehouse://add-server?name=linear',
    'gatehouse://add-server?name=linear&url=file%3A%2F%2F%2Fetc%2Fpasswd',
    'gatehouse://add-server?name=linear&url=javascript%3Aalert(1)',
    'gatehouse://add-server?url=https%3A%2F%2Fmcp.linear.app%2Fmcp',
    `gatehouse://sign-in?server=linear&x=${'x'.repeat(5000)}`,
    'gatehouse://',
    '',
  ])('40 %s is refused', (text) => {
    expect(parseDeepLink(text)).toMatchObject({ ok: false, problem: { code: 'invalid-input' } });
  });

  it('shows the address that would be added, so that nothing in it can hide', () => {
    const link = parseDeepLink(
      `gatehouse://add-server?name=x&url=${encodeURIComponent('https://evil.example/\nhttps://mcp.linear.app/\u202E')}`,
    );
    if (!link.ok) throw new Error('it was refused');
    const { detail } = linkQuestion(link.value);
    expect(detail).toContain('https://evil.example/https://mcp.linear.app/%E2%80%AE\n');
  });

  it('does nothing on Enter, on Escape or when its question is closed', () => {
    for (const link of ['gatehouse://sign-in?server=a', 'gatehouse://add-server?name=a&url=https%3A%2F%2Fa.example']) {
      const parsed = parseDeepLink(link);
      if (!parsed.ok) throw new Error(link);
      const { defaultId, cancelId, buttons } = linkQuestion(parsed.value);
      expect([buttons[defaultId], buttons[cancelId]]).toEqual(['Cancel', 'Cancel']);
      expect([defaultId, cancelId, -1].some(isConfirmed)).toBe(false);
      expect(isConfirmed(0)).toBe(true);
    }
  });

  it('is found among the words of a command line', () => {
    expect(deepLinkIn(['/usr/bin/gatehouse', '--no-sandbox', 'gatehouse://sign-in?server=a'])).toBe(
      'gatehouse://sign-in?server=a',
    );
    expect(deepLinkIn(['/opt/gatehouse', '--data-dir', '/tmp/x'])).toBeUndefined();
  });
});
