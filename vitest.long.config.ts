import { defineConfig } from 'vitest/config'

/** What measures, or takes minutes: a command of its own on a quiet machine, and never a part of `npm test`. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    include: ['lab/timing/*.long.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    // One at a time: each would be noise to the other.
    fileParallelism: false,
    maxWorkers: 1,
  },
})
