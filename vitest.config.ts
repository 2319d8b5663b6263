import { defineConfig } from 'vitest/config'
import { onEveryEngine } from './tests/support/engine-files.ts'

const isSecondEngine = process.env.COATCHECK_TEST_ENGINE === 'dynamodb-local'

export default defineConfig({
  resolve: { tsconfigPaths: true, alias: { esbuild: new URL('tests/support/esbuild.ts', import.meta.url).pathname } },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    // A file that never asks for the run's engine is of no other engine: `tests/repository/engine-files.test.ts`.
    include: isSecondEngine ? onEveryEngine() : ['{tests,lab}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more forks only take turns, and every fork that serves HTTP starts worker threads of its own.
    maxWorkers: 2,
  },
})
