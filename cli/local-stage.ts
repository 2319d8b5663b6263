import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../lib/environment.ts'
import { UsageError } from './command.ts'

/** The data folder of `npm start`, in the working folder. */
const DATA_FOLDER = '.coatcheck'
const RESPONSE_TIMEOUT_MS = 2000

/**
 * Adds the address of the embedded engine and the pepper of a running `npm start` to the environment of the stage
 * `local`.
 * @throws UsageError without `DYNAMODB_ENDPOINT` if no `npm start` runs in this folder.
 */
export async function withLocalStage(environment: Environment, folder = DATA_FOLDER): Promise<Environment> {
  if (!isLocal(environment)) return environment
  const found = await withRunningEngine(environment, folder)
  if (!found.DYNAMODB_ENDPOINT)
    throw new UsageError(
      'No local stack runs in this folder.',
      'Start one with `npm start`, set DYNAMODB_ENDPOINT, or name a deployed stage with --stage <stage>.',
      'no_stack',
    )
  return { ...found, PASSWORD_PEPPER: environment.PASSWORD_PEPPER || (await read(join(folder, 'pepper'))) }
}

/** Sets `DYNAMODB_ENDPOINT` to the running embedded engine, for the stage `local` and unless it is set. */
export async function withRunningEngine(environment: Environment, folder = DATA_FOLDER): Promise<Environment> {
  if (!isLocal(environment) || environment.DYNAMODB_ENDPOINT) return environment
  return { ...environment, DYNAMODB_ENDPOINT: await runningEngine(folder) }
}

/** Checks that the engine answers: a process that was killed leaves its file behind. */
async function runningEngine(folder: string): Promise<string | undefined> {
  const endpoint = await read(join(folder, 'endpoint'))
  if (endpoint === undefined || !/^http:\/\/local:[\w-]+@127\.0\.0\.1:\d{1,5}$/.test(endpoint)) return undefined
  try {
    const { origin } = new URL(endpoint) // the request must not contain the secret: another process may have the port now
    const answer = await fetch(origin, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS), redirect: 'error' })
    return (await answer.text()).startsWith('healthy: dynamodb') ? endpoint : undefined
  } catch {
    return undefined
  }
}

async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim() || undefined
}

function isLocal({ STAGE }: Environment): boolean {
  return (STAGE || 'local') === 'local'
}
