import { defineConfig } from 'vitest/config';

const shared = {
  // Scenarios start real programs; the limit is a guard against a hang, not a measure of speed.
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks',
  // What tests use they end, so one process can run many files, and loads what they share once.
  isolate: false,
} as const;

export default defineConfig({
  test: {
    // One more than cores: scenarios wait for programs a good part of their time.
    maxWorkers: 3,
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'scenario',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', 'test/netlab/**', 'test/windows/**', 'node_modules/**'],
          globalSetup: ['test/support/built-app.ts'],
        },
      },
    ],
  },
});
