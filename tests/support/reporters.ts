import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

const folder = process.env.COATCHECK_TEST_REPORTS

/** What a person reads, and a JSON report of the run besides where `.ci/run` names a folder for it. */
export const reporters: NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> = folder
  ? ['default', ['json', { outputFile: join(folder, `${randomUUID()}.json`) }]]
  : ['default']
