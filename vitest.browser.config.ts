import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

const here = (file: string) => new URL(file, import.meta.url).pathname

/** Tests of the console in Debian's Chromium. They are not part of `npm test`, which needs only Node. */
export default defineConfig({
  resolve: {
    tsconfigPaths: true,
    alias: [
      { find: 'esbuild', replacement: new URL('tests/support/esbuild.ts', import.meta.url).pathname },
      // As in the daily tier: the console asks nothing of how functions run.
      { find: /^\.\/worker-handle\.ts$/, replacement: here('tests/support/in-process/worker-handle.ts') },
    ],
  },
  test: {
    provide: { functions: 'in-process' },
    isolate: false,
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
