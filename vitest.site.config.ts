import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** Tests of the documentation site, which they build. */
export default defineConfig({
  test: {
    include: ['tests/site/*.site.ts'],
    reporters,
    testTimeout: 180_000,
    hookTimeout: 900_000, // an installation and a build
  },
})
