import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** Tests with a certified provider of identities, which `npm run test:identity` installs. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['tests/identity/*.identity.ts'],
    reporters,
    silent: 'passed-only', // the provider prints what a production should set
    testTimeout: 20_000,
    maxWorkers: 1,
  },
})
