import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { startDynamodbLocal } from './dynamodb-local.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine every test file shares; each makes tables of its own. */
    endpoint: string
    engine: 'dynalite' | 'dynamodb-local'
    /** A folder for what is made once a run: bundles, compiled code. */
    made: string
    /** How a test service runs its functions. Set by `vitest.config.ts`. */
    functions?: 'in-process' | 'in-threads'
    /** How many samples `draws` draws. Set by `vitest.config.ts`. */
    samples?: 'few' | 'all' | 'many'
  }
}

/** One engine a run: dynalite, or AWS's own DynamoDB Local with `COATCHECK_TEST_ENGINE=dynamodb-local`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = process.env.COATCHECK_TEST_ENGINE === 'dynamodb-local' ? 'dynamodb-local' : 'dynalite'
  const { endpoint, close } = engine === 'dynalite' ? await startEmbeddedEngine() : await startDynamodbLocal()
  project.provide('endpoint', endpoint)
  project.provide('engine', engine)
  const made = await mkdtemp(join(tmpdir(), 'coatcheck-made-'))
  project.provide('made', made)
  await writeFile(join(made, 'package.json'), '{}') // or one above says what kind of module a .js is here
  process.env.NODE_COMPILE_CACHE = made // forks and workers load the same modules again and again
  return async () => {
    await close()
    await rm(made, { recursive: true, force: true, maxRetries: 5 }) // a fork that ends late adds what it has compiled
  }
}
