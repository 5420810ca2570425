import { Secret } from '../../src-main/engine/model/secret.ts';
import type { Login } from '../../src-main/engine/model/token-set.ts';
import type { LoginIndex } from '../../src-main/engine/ports.ts';
import { createLoginIndex, type LoginIndexFile } from '../../src-main/engine/tokens/login-index.ts';
import { TokenStore } from '../../src-main/engine/tokens/token-store.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createTestVault, type TestVault } from '../fakes/memory-vault.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

export const ISSUER = 'https://as.example';

/** A login whose tokens bear this name: access token `a-<name>`, refresh token `r-<name>`. */
export function loginWith(name: string | undefined, changes: Partial<Login> = {}): Login {
  return {
    serverUrl: 'https://mcp.example/mcp',
    resource: 'https://mcp.example/mcp',
    authorizationServer: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      revocationEndpoint: `${ISSUER}/revoke`,
      issParameterSupported: true,
      guessed: false,
    },
    client: { clientId: 'c', tokenEndpointAuthMethod: 'none', redirectUris: [], how: 'dynamic' },
    renewedCount: 0,
    ...(name === undefined
      ? {}
      : {
          tokens: {
            accessToken: new Secret(`a-${name}`),
            refreshToken: new Secret(`r-${name}`),
            obtainedAt: Date.UTC(2026, 5, 1, 12),
            expiresAt: Date.UTC(2026, 5, 1, 13),
          },
        }),
    ...changes,
  };
}

export function refreshTokenOf(login: Login | undefined): string | undefined {
  return login?.tokens?.refreshToken?.reveal();
}

/** The refresh tokens that the vault holds now. */
export function storedRefreshTokens(vault: TestVault): string[] {
  return [...vault.values.values()].flatMap((record) => /"refreshToken":"([^"]+)"/.exec(record)?.[1] ?? []);
}

export function memoryIndex(): LoginIndex {
  let value: LoginIndexFile = {};
  return createLoginIndex({
    get value() {
      return value;
    },
    async save(next) {
      value = next;
      return { ok: true, value: undefined };
    },
  });
}

/** A store over a test vault; `again()` is the same store after a restart of the program. */
export function openStore() {
  const clock = createManualClock();
  const vault = createTestVault();
  const logger = createRecordingLogger();
  const index = memoryIndex();
  const again = () => new TokenStore(vault, index, clock, logger);
  return { store: again(), again, clock, vault, logger, index };
}
