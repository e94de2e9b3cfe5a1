import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They have a configuration of their own: vitest.slow.config.ts.
    exclude: ['test/**/*.slow.test.ts', ...configDefaults.exclude],
    setupFiles: ['test/support/setup.ts'],
    environment: 'node',
    // Limits for what hangs, not for what is slow: a busy machine must never decide whether a test passes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Tests start real servers and measure time against them: more workers than cores only makes them late.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/main.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 90, 'src/claims/**': { branches: 95 } },
    },
  },
});
