import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { TEST_ORDER } from './lab/mutation/stages.ts'

const here = (file: string) => new URL(file, import.meta.url).pathname

/** Fast tests first: a mutant is done with the first failure. */
class InTestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      TEST_ORDER.findIndex((pattern) =>
        new RegExp(pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')).test(moduleId),
      )
    return files.toSorted((a, b) => place(a) - place(b))
  }
}

/** Tests that run the code in their own process, where Stryker and coverage see it; the service too. */
export default defineConfig({
  resolve: {
    tsconfigPaths: true,
    alias: [
      { find: /^\.\/worker-handle\.ts$/, replacement: here('tests/support/in-process/worker-handle.ts') },
      { find: /^\.\/handlers\.ts$/, replacement: here('lab/mutation/handlers.ts') },
      { find: /^\.\/bundle\.ts$/, replacement: here('lab/mutation/bundle.ts') },
      { find: 'coatcheck:console', replacement: here('lab/mutation/console-files.ts') },
    ],
  },
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    include: [...TEST_ORDER],
    sequence: { sequencer: InTestOrder },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 1, // a test that fails once on a busy machine kills no mutant
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['lib/**', 'middleware/**', 'functions/http/**'],
      exclude: ['lib/passwords/blocklist.ts'],
      reporter: ['json-summary'],
      reportsDirectory: 'reports/coverage',
    },
  },
})
