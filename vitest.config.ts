import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  testTimeout: 20_000,
  hookTimeout: 30_000,
  exclude: ['**/node_modules/**', 'dist/**'],
};

const KEYRING = 'test/**/*.keyring.test.ts';
const WINDOW = 'test/window/**/*.test.ts';
const E2E = 'test/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    // Two cores are what a small machine has; more workers only make each other late.
    maxWorkers: 2,
    reporters: process.env.GATEHOUSE_TEST_REPORT ? ['default', './scripts/vitest-report.ts'] : ['default'],
    // `npm run coverage`: what decides over logins. It fails when less of it is reached than now.
    coverage: {
      provider: 'v8',
      include: ['src-main/engine/{oauth,tokens,login}/**'],
      reporter: ['text', 'json-summary'],
      thresholds: {
        'src-main/engine/oauth/**': { branches: 99, statements: 99 },
        'src-main/engine/tokens/**': { branches: 98, statements: 98 },
        'src-main/engine/login/**': { branches: 98, statements: 98 },
      },
    },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: [...shared.exclude, KEYRING, WINDOW, E2E],
        },
      },
      // One keyring for all: what one file locks or kills, another would meet.
      { test: { ...shared, name: 'keyring', include: [KEYRING], fileParallelism: false } },
      { test: { ...shared, name: 'window', include: [WINDOW], testTimeout: 60_000 } },
      { test: { ...shared, name: 'e2e', include: [E2E], testTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
