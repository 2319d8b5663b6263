import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { IN_THIS_ORDER } from './lab/mutation/stages.ts'

const here = (file: string) => new URL(file, import.meta.url).pathname

/** What fails soonest comes first: with the first failure a mutant is done. */
class InThisOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      IN_THIS_ORDER.findIndex((pattern) =>
        new RegExp(pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')).test(moduleId),
      )
    return files.toSorted((a, b) => place(a) - place(b))
  }
}

/** What plays lib/ and middleware/ in the process of the test, where Stryker and coverage see it; the service too. */
export default defineConfig({
  resolve: {
    tsconfigPaths: true,
    alias: [
      { find: /^\.\/worker-handle\.ts$/, replacement: here('lab/mutation/running.ts') },
      { find: /^\.\/bundle\.ts$/, replacement: here('lab/mutation/bundle.ts') },
      { find: 'coatcheck:console', replacement: here('lab/mutation/console-files.ts') },
    ],
  },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    include: [...IN_THIS_ORDER],
    sequence: { sequencer: InThisOrder },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 1, // what a busy machine makes fail once is no kill
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['lib/**', 'middleware/**'],
      exclude: ['lib/passwords/blocklist.ts'],
      reporter: ['json-summary'],
      reportsDirectory: 'reports/coverage',
    },
  },
})
