import { defineConfig } from 'vitest/config';

/** `npm run soak`: one test, which runs for as long as SOAK_MINUTES says. */
export default defineConfig({
  test: {
    include: ['test/reliability/soak.ts'],
    setupFiles: ['test/support/setup.ts'],
    environment: 'node',
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
