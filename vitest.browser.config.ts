import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** Tests of the console in Debian's Chromium. They are not part of `npm test`, which needs only Node. */
export default defineConfig({
  resolve: { tsconfigPaths: true, alias: { esbuild: new URL('tests/support/esbuild.ts', import.meta.url).pathname } },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    include: ['tests/browser/*.browser.ts'],
    reporters,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    // Each worker runs a browser and a service, which is enough for two cores.
    maxWorkers: 2,
  },
})
