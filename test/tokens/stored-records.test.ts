import { describe, expect, it } from 'vitest';
import { readFlowRecord } from '../../src-main/engine/login/flow-record.ts';
import { createLoginIndex, type LoginIndexFile } from '../../src-main/engine/tokens/login-index.ts';
import { readRecord, writeRecord } from '../../src-main/engine/tokens/login-record.ts';
import { loginWith } from './logins.ts';

describe('what the vault gives back', () => {
  const good = writeRecord(loginWith('1'));
  it.each([
    ['torn', good.slice(0, 40)],
    ['of another version', good.replace('"version":1', '"version":2')],
    ['without its client', good.replace('"client"', '"klient"')],
    ['another thing', '[]'],
  ])('30 a record that is %s is taken for none, as a login and as a sign-in', (_what, text) => {
    expect(readRecord(text)).toBeUndefined();
    expect(readFlowRecord(text)).toBeUndefined();
  });

  it('27 a record that is whole is the login that was written', () => {
    expect(JSON.parse(writeRecord(readRecord(good) ?? loginWith('other')))).toEqual(JSON.parse(good));
  });
});

describe('our own list of the records', () => {
  it('29 is written only when it changes', async () => {
    const saved: LoginIndexFile[] = [];
    const index = createLoginIndex({
      get value() {
        return saved.at(-1) ?? {};
      },
      async save(next) {
        saved.push(next);
        return { ok: true, value: undefined };
      },
    });
    await index.setFlows([]);
    await index.setErasures([]);
    await index.remove('linear');
    expect(saved).toEqual([]);
    await index.put('linear', 'https://as.example');
    await index.setFlows(['linear']);
    await index.setErasures(['linear/x']);
    expect(index.issuers('linear')).toEqual(['https://as.example']);
    expect(index.issuers('toString')).toEqual([]);
    expect(index.flows()).toEqual(['linear']);
    await index.setFlows([]);
    await index.setErasures([]);
    await index.remove('linear');
    expect(saved.at(-1)).toEqual({});
    expect(saved).toHaveLength(6);
  });
});
