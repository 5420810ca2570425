import { describe, expect, it } from 'vitest';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { ErrorOutput } from '../../src-main/engine/upstream/error-output.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

function saidWith(env: Readonly<Record<string, string>>, ...chunks: readonly (string | Uint8Array)[]): unknown[] {
  const logger = createRecordingLogger();
  const secrets = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, new Secret(value)]));
  const hear = new ErrorOutput('small', secrets, { clock: createManualClock(), logger }).ofProcess();
  for (const chunk of chunks) hear(Buffer.from(chunk));
  return logger.of('program.said').map(({ fields }) => fields.detail);
}

describe('what a program writes to its standard error', () => {
  it('L4 42 a secret of several lines is left out of each, also where the program writes its line ends out', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nAbCdEf==\n-----END KEY-----\n';
    const said = saidWith({ KEY: key }, `key:\n${key}`, `${JSON.stringify({ key })}\n`);
    expect(said.join()).not.toMatch(/MIIEvQ|AbCdEf/);
    expect(said[0]).toBe('key:');
  });

  it('L4 42 a secret that is the beginning of another one does not keep its rest from being left out', () => {
    expect(saidWith({ ID: 'tenant', TOKEN: 'tenant-0123456789' }, 'with tenant-0123456789\n')).toEqual([
      'with [secret]',
    ]);
  });

  it('L4 42 a secret is known where a piece ends in the middle of a letter of it', () => {
    const line = Buffer.from('the word is pässwörd\n');
    expect(saidWith({ WORD: 'pässwörd' }, line.subarray(0, 14), line.subarray(14))).toEqual(['the word is [secret]']);
  });
});
