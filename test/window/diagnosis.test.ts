import { expect, it } from 'vitest';
import { diagnosisOf } from '../../src-renderer/servers/diagnosis.ts';
import { detailsOf, freshToken, loginOf, rowOf } from './pictures.ts';

const now = Date.UTC(2026, 10, 24, 13, 57);

it('tells everything that helps to find a fault, and nothing that is secret or private', () => {
  const row = rowOf(
    'linear',
    { kind: 'ready', token: freshToken(now, 60, 30) },
    {
      url: 'https://me:s3cret@mcp.linear.app/mcp?api_key=s3cret',
      login: loginOf(now, { account: 'you@example.com' }),
      authorizationUrl: 'https://linear.app/authorize?state=s3cret',
      device: { userCode: 'S3CR-ET', verificationUri: 'https://x' },
    },
  );
  const text = diagnosisOf(row, detailsOf(now), { version: '0.1.0', vault: { kind: 'keychain' } });
  expect(text).toContain('address: https://mcp.linear.app/mcp?...');
  expect(text).toContain('state: ready since');
  expect(text).toContain('last flow: r-7f3a91');
  expect(text).toContain('refresh.done outcome=renewed ms=224');
  expect(text).not.toMatch(/s3cret|S3CR|you@example/i);
});

it('leaves the arguments of a command out', () => {
  const row = rowOf(
    'files',
    { kind: 'ready', token: { kind: 'not-needed' } },
    { url: '', command: 'npx files --key s3cret' },
  );
  const text = diagnosisOf(row, undefined, undefined);
  expect(text).toContain('address: npx (and its arguments, left out here)');
  expect(text).not.toContain('s3cret');
});
