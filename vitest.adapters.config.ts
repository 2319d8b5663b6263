import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** Tests of the adapters in servers of their frameworks, which `npm run test:adapters` installs. */
export default defineConfig({
  test: {
    globalSetup: 'tests/adapters/build-package.ts',
    include: ['tests/adapters/*.adapter.ts'],
    reporters,
    testTimeout: 60_000,
    hookTimeout: 600_000, // a build of Next.js on a busy machine,
    maxWorkers: 2,
  },
})
