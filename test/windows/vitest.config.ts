// Every view of the windows in a real browser, with every look: minutes, so apart from the fast tests.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/windows/**/*.test.ts', 'test/scenario/window-*.test.ts'],
    globalSetup: ['test/support/built-app.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
