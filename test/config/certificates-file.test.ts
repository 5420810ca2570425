import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src-main/engine/config/parse-config.ts';
import { sentenceFor } from '../../src-main/engine/model/words.ts';

const CERTIFICATE = readFileSync(path.join(import.meta.dirname, '../fixtures/tls/own-ca.pem'), 'utf8').trim();
const TORN = CERTIFICATE.replace(/\n.{20}/, '\n');
const KEY = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';

/** Parses a file whose third line names the certificates; `files` is what can be read. */
function parse(caFile: string, files: Readonly<Record<string, string>>, env: Record<string, string> = {}) {
  const text = `{\n  "mcpServers": {},\n  "caFile": ${JSON.stringify(caFile)}\n}\n`;
  return parseConfig(text, 'config.json', env, (name) => {
    const found = files[name];
    return found === undefined ? { ok: false, why: 'ENOENT' } : { ok: true, text: found };
  });
}

describe('"caFile"', () => {
  const NONE = 'the file holds no certificates in PEM form, or one that cannot be read.';
  it.each([
    ['a file that is not there', 'ca.pem', {}, 'the file cannot be read (ENOENT).'],
    ['a variable that is not set', '${CERTIFICATES}', {}, 'the environment variable CERTIFICATES is not set.'],
    ['an empty file', 'ca.pem', { 'ca.pem': '' }, NONE],
    ['a key', 'ca.pem', { 'ca.pem': KEY }, NONE],
    ['one that is torn beside a good one', 'ca.pem', { 'ca.pem': `${CERTIFICATE}\n${TORN}` }, NONE],
  ])('D8 %s is a mistake that is told with its line and key', (_what, caFile, files, detail) => {
    const parsed = parse(caFile, files);
    expect(parsed).toMatchObject({ ok: false, problem: { line: 3, key: 'caFile' } });
    expect(parsed.ok ? '' : sentenceFor(parsed.problem)).toBe(`config.json, line 3, "caFile": ${detail}`);
  });

  it.each([
    ['ca.pem', { 'ca.pem': CERTIFICATE }, {}],
    ['~/ca.pem', { '/home/me/ca.pem': CERTIFICATE }, { HOME: '/home/me' }],
    ['~\\ca.pem', { 'C:\\me\\ca.pem': CERTIFICATE }, { USERPROFILE: 'C:\\me' }],
    ['${CERTIFICATES}/ca.pem', { '/etc/ca.pem': CERTIFICATE }, { CERTIFICATES: '/etc' }],
  ])('D8 may be %j', (caFile, files, env) => {
    expect(parse(caFile, files, env)).toMatchObject({
      ok: true,
      value: { config: { trustedCertificates: CERTIFICATE } },
    });
  });

  it('D8 takes every certificate of a bundle, and nothing of what stands between them', () => {
    const parsed = parse('ca.pem', { 'ca.pem': `# ours\n${CERTIFICATE}\n# theirs\n${CERTIFICATE}\n${KEY}` });
    expect(parsed).toMatchObject({
      ok: true,
      value: { config: { trustedCertificates: `${CERTIFICATE}\n${CERTIFICATE}` } },
    });
  });
});
