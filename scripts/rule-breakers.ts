/** A small way to break one of the seven rules, and the tests that are to notice. */
export interface RuleBreaker {
  readonly rule: number;
  readonly name: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The second line of defence, which would hold without the first. */
  readonly also?: Pick<RuleBreaker, 'file' | 'find' | 'replace'>;
  readonly tests: readonly string[];
}

export const RULE_BREAKERS: readonly RuleBreaker[] = [
  {
    rule: 1,
    name: 'a renewed login is used before the vault has it',
    file: 'src-main/engine/tokens/token-store.ts',
    find: 'const written = await this.#writeInTime(vaultKey(server, issuer), writeRecord(login));\n    if',
    replace:
      'entry.login = login;\n    const written = await this.#writeInTime(vaultKey(server, issuer), writeRecord(login));\n    if',
    tests: ['test/tokens', 'test/stories/killed-right-after-a-rotation.test.ts'],
  },
  {
    rule: 2,
    name: 'everybody starts a refresh of their own',
    file: 'src-main/engine/tokens/refresher.ts',
    find: 'const running = this.#flights.get(server);',
    replace: 'const running = undefined as RefreshFlight | undefined;',
    tests: ['test/tokens', 'test/stories/fifty-calls-at-expiry.test.ts'],
  },
  {
    rule: 3,
    name: 'an outage of the token endpoint ends the login',
    file: 'src-main/engine/tokens/refresh-policy.ts',
    find: "if (problem.code !== 'token-endpoint-error') return 'try-again';",
    replace: "if (problem.code !== 'token-endpoint-error') return 'grant-ended';",
    tests: ['test/tokens', 'test/stories/token-endpoint-in-trouble.test.ts'],
  },
  {
    rule: 4,
    name: 'a flow opens a browser although the setting is to ask',
    file: 'src-main/engine/upstream/server-sign-in.ts',
    find: "|| config.openBrowser !== 'when-needed') return ok(undefined);",
    replace: ') return ok(undefined);',
    also: {
      file: 'src-main/engine/login/browser-policy.ts',
      find: "if (input.setting === 'ask')",
      replace: "if (input.setting === 'ask' && input.now < 0)",
    },
    tests: ['test/stories/nothing-opens-at-start.test.ts', 'test/stories/fifty-reconnects-one-flow.test.ts'],
  },
  {
    rule: 4,
    name: 'automatic pages are not rationed',
    file: 'src-main/engine/login/browser-policy.ts',
    find: 'return now < nextAt ?',
    replace: 'return now < 0 ?',
    tests: ['test/login', 'test/stories/automatic-pages-are-rationed.test.ts'],
  },
  {
    rule: 5,
    name: 'a caller without a key is told to log in to Gatehouse',
    file: 'src-main/engine/endpoint/listener.ts',
    find: 'refuse(request, response, 403, admission.sentence);',
    replace: 'refuse(request, response, 401, admission.sentence);',
    tests: ['test/endpoint/guard.test.ts'],
  },
  {
    rule: 5,
    name: 'a caller waits for a refresh without end',
    file: 'src-main/engine/upstream/caller-admission.ts',
    find: 'const CALLER_WAITS_MS = 10_000;',
    replace: 'const CALLER_WAITS_MS = 1_000_000_000;',
    tests: ['test/stories/token-endpoint-in-trouble.test.ts', 'test/endpoint/tokens.test.ts'],
  },
  {
    rule: 6,
    name: 'a locked keychain bears the word of a missing login',
    file: 'src-main/engine/model/words.ts',
    find: "locked: 'Keychain locked',",
    replace: "locked: 'Sign in needed',",
    tests: ['test/stories/keychain-locked.test.ts', 'test/cli/commands.test.ts', 'test/model'],
  },
  {
    rule: 6,
    name: 'a server out of reach is said to be trying again',
    file: 'src-main/engine/model/words.ts',
    find: "offline: 'Offline',",
    replace: "offline: 'Trying again',",
    tests: [
      'test/endpoint/failures.test.ts',
      'test/endpoint/tokens.test.ts',
      'test/cli/commands.test.ts',
      'test/model',
    ],
  },
  {
    rule: 7,
    name: 'a foreign Origin is let in',
    file: 'src-main/engine/endpoint/guard.ts',
    find: 'if (!isOwnOrigin(origin)) return',
    replace: 'if (!isOwnOrigin(undefined)) return',
    tests: ['test/endpoint/guard.test.ts'],
  },
  {
    rule: 7,
    name: 'a foreign Host is let in',
    file: 'src-main/engine/endpoint/guard.ts',
    find: 'if (!isLoopbackHost(host))\n',
    replace: "if (!isLoopbackHost('localhost') || !host)\n",
    tests: ['test/endpoint/guard.test.ts'],
  },
];
