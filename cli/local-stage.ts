import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../lib/config-reader.ts'
import { UsageError } from './command.ts'

/** Where `npm start` keeps its data, in the folder it was started in. */
const DATA_FOLDER = '.coatcheck'
const ANSWER_MS = 2000

/**
 * The environment, and for the stage `local` what a running `npm start` has and no variable says: the address of its
 * embedded engine, and the pepper.
 * @throws UsageError when no engine is named and none runs here.
 */
export async function withLocalStage(environment: Environment, folder = DATA_FOLDER): Promise<Environment> {
  if (!isLocal(environment)) return environment
  const found = await withRunningEngine(environment, folder)
  if (!found.DYNAMODB_ENDPOINT)
    throw new UsageError(
      'No Coatcheck runs in this folder: start it with `npm start` first, or set DYNAMODB_ENDPOINT, or say --stage <stage>.',
    )
  return { ...found, PASSWORD_PEPPER: environment.PASSWORD_PEPPER || (await read(join(folder, 'pepper'))) }
}

/** The environment, and in `DYNAMODB_ENDPOINT` the embedded engine where one is meant and runs. */
export async function withRunningEngine(environment: Environment, folder = DATA_FOLDER): Promise<Environment> {
  if (!isLocal(environment) || environment.DYNAMODB_ENDPOINT) return environment
  return { ...environment, DYNAMODB_ENDPOINT: await runningEngine(folder) }
}

/** A process that was killed leaves its file: only an engine that answers counts. */
async function runningEngine(folder: string): Promise<string | undefined> {
  const endpoint = await read(join(folder, 'endpoint'))
  if (endpoint === undefined || !/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(endpoint)) return undefined
  try {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' })
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
