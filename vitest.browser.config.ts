import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** The console in a real Chromium, Debian's: a command of its own, since `npm test` needs only Node. */
export default defineConfig({
  resolve: { tsconfigPaths: true, alias: { esbuild: new URL('tests/support/esbuild.ts', import.meta.url).pathname } },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    include: ['tests/browser/*.browser.ts'],
    reporters,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000, interval: 50 } },
    // Each worker has a browser and a service; two cores.
    maxWorkers: 2,
  },
})
