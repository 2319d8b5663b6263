import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { tableVariables } from '../../../local/table-settings.ts'
import type { Tables } from '../coatcheck.ts'
import type { Bundle } from './bundles.ts'
import type { Call } from './calls.ts'

/** Of one fresh process, in milliseconds. */
export interface Start {
  readonly importMs: number
  readonly importCpuMs: number
  /** From before the import to the first answer. */
  readonly answerMs: number
}

const FRESH = fileURLToPath(new URL('fresh.mjs', import.meta.url))
export const PEPPER = 'a pepper for measuring, not for anything else'

/** A function's first moments, in a process of its own with the environment that Lambda gives it. */
export async function coldStart({ name, file }: Bundle, [event, expected]: Call, env: object): Promise<Start> {
  const { stdout } = await promisify(execFile)(process.execPath, [FRESH, file, JSON.stringify(event)], {
    env: { ...env },
    maxBuffer: 16 * 1024 * 1024,
  })
  if (!stdout.includes(expected)) throw new Error(`${name} answers ${stdout.slice(0, 500)}`)
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) // after the function's log lines
}

/** As in Lambda the SDK finds region, credentials and endpoint itself. */
export function environmentOf(endpoint: string, tables: Tables): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    ...tableVariables(tables),
    ACTIVITY_DAYS: '0',
    PASSWORD_PEPPER: PEPPER,
    NODE_ENV: 'test', // lets bcrypt be cheap
    BCRYPT_COST: '4',
    LOGIN_ATTEMPTS_PER_SOURCE: '100000',
    REGISTRATIONS_PER_SOURCE: '100000',
  }
}
