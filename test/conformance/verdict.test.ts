import { describe, expect, test } from 'vitest';
import type { Check } from './suites.ts';
import { judged, rowsOf } from './verdict.ts';

const check = (status: Check['status']): Check => ({ id: 'a-check', description: 'what it looks at', status });

describe('what a scenario of the conformance suite is worth', () => {
  test.each(['FAILURE', 'WARNING'] as const)('a %s fails it', (status) => {
    expect(judged({ scenario: 'auth/x', checks: [check('SUCCESS'), check(status)], ended: '' }).outcome).toBe('fail');
  });

  test('a refusal that the suite wants is no failure, although the command ended with it', () => {
    const played = { scenario: 'auth/x', checks: [check('SUCCESS')], ended: 'the issuer is another' };
    expect(judged(played).outcome).toBe('pass');
    expect(rowsOf(judged(played)).join('\n')).toContain('the issuer is another');
  });

  test('nothing judged after a failure of the command proves nothing', () => {
    expect(judged({ scenario: 'initialize', checks: [check('INFO')], ended: 'no connection' }).outcome).toBe('fail');
  });
});
