import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { onEveryEngine } from './tests/support/engine-files.ts'
import { reporters } from './tests/support/reporters.ts'
import { APART, DAILY, DEEP, FULL, LONG, NOT_DAILY, ON_BOTH_ENGINES, SLOW } from './tests/support/tiers.ts'

// `npm test` runs the projects `daily` and `apart`. `npm run test:all` runs them and then, with COATCHECK_TEST_TIER=rest,
// the projects `slow` (every other file) and `full` (daily files once more, with every sample and functions in threads).
// `.ci/run` (COATCHECK_TEST_TIER=ci) runs what is not daily, without what it runs on the second engine anyway and without
// LONG; `npm run test:deep -- rest` runs what that leaves out (COATCHECK_TEST_TIER=left-out).
// `npm run test:deep -- samples` draws ten times as many samples.
// `npm run test:dynamodb-local` runs what depends on the engine on a second one, in the project `engine`; of that, `.ci/run`
// runs ON_BOTH_ENGINES.

const here = (file: string) => new URL(file, import.meta.url).pathname
const esbuild = { find: 'esbuild', replacement: here('tests/support/esbuild.ts') }
const workerHandle = { find: /^\.\/worker-handle\.ts$/, replacement: here('tests/support/in-process/worker-handle.ts') }

type Settings = { functions: 'in-process' | 'in-threads'; samples: 'few' | 'all' | 'many'; isolate: boolean }

function project(
  name: string,
  include: readonly string[],
  { functions, samples, isolate }: Settings,
): TestProjectInlineConfiguration {
  return {
    resolve: { tsconfigPaths: true, alias: functions === 'in-process' ? [esbuild, workerHandle] : [esbuild] },
    test: {
      name,
      include: [...include],
      setupFiles: 'tests/support/setup.ts',
      provide: { functions, samples },
      isolate,
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  }
}

const daily: Settings = { functions: 'in-process', samples: 'few', isolate: false }
const whole: Settings = { functions: 'in-threads', samples: 'all', isolate: true }

const tier = process.env.COATCHECK_TEST_TIER

function projects(): TestProjectInlineConfiguration[] {
  if (process.env.COATCHECK_TEST_ENGINE === 'dynamodb-local')
    return [project('engine', tier === 'ci' ? ON_BOTH_ENGINES : onEveryEngine(), whole)]
  const slow = project('slow', SLOW, whole)
  if (tier === 'deep') return [project('deep', DEEP, { ...whole, samples: 'many' })]
  if (tier === 'rest') return [slow, project('full', FULL, whole)]
  if (tier === 'ci') {
    const later = [...ON_BOTH_ENGINES, ...LONG]
    const files = SLOW.filter((file) => !later.includes(file))
    return [
      project(
        'slow',
        files.filter((file) => !NOT_DAILY.includes(file)),
        whole,
      ),
      project(
        'second',
        files.filter((file) => NOT_DAILY.includes(file)),
        { ...daily, samples: 'all' },
      ),
    ]
  }
  if (tier === 'left-out') return [project('slow', LONG, whole), project('full', FULL, whole)]
  return [project('daily', DAILY, daily), project('apart', APART, { ...daily, isolate: true }), slow]
}

export default defineConfig({
  test: {
    globalSetup: 'tests/support/global-setup.ts',
    projects: projects(),
    reporters,
    // Two cores: more forks only take turns, and every fork that serves HTTP may start worker threads of its own.
    maxWorkers: 2,
  },
})
