import { expect, it } from 'vitest';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';
import { wordsFor } from '../../src-main/engine/model/words.ts';

const unreachable = { code: 'network-unreachable', host: 'as.example' } as const;
const broken = { code: 'server-error', host: 'as.example', status: 503 } as const;

const WORDS: readonly (readonly [string, ServerState])[] = [
  ['Keychain locked', { kind: 'locked', since: 0 }],
  ['Offline', { kind: 'waiting', retryAt: 0, attempt: 1, problem: unreachable }],
  ['Trying again', { kind: 'waiting', retryAt: 0, attempt: 1, problem: broken }],
  ['Sign in needed', { kind: 'login-needed', reason: { code: 'login-absent' } }],
];

it.each(WORDS)('37 says "%s", and the same of no other trouble', (word, state) => {
  expect(wordsFor(state, () => '12:00').word).toBe(word);
});
