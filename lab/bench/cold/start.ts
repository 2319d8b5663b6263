import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { tableVariables } from '../../../local/table-settings.ts'
import type { Tables } from '../coatcheck.ts'
import type { Bundle } from './bundles.ts'
import type { Call } from './calls.ts'
import { type HttpsFront, REGION } from './https-front.ts'

/** Of one fresh process, in milliseconds. */
export interface Start {
  readonly importMs: number
  readonly importCpuMs: number
  /** From before the import to the first answer. */
  readonly answerMs: number
  readonly answerCpuMs: number
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

/** What Lambda sets, and what `fresh.mjs` needs to find the engine. */
export function lambdaEnvironment({ port, authorityFile }: HttpsFront, tables: Tables): Record<string, string> {
  return {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    NODE_EXTRA_CA_CERTS: authorityFile,
    COLD_START_PORT: String(port),
    ...tableVariables(tables),
    STAGE: 'prod',
    ORIGIN: 'https://app.example.com',
    PASSWORD_PEPPER: PEPPER,
  }
}

/** The same for every function of the service: those that hash passwords are given a cheap bcrypt, for local stages only. */
export function serviceEnvironment(front: HttpsFront, tables: Tables): Record<string, string> {
  const { AWS_EXECUTION_ENV: _, ...environment } = lambdaEnvironment(front, tables)
  return {
    ...environment,
    STAGE: 'local',
    ACTIVITY_DAYS: '0',
    NODE_ENV: 'test', // lets bcrypt be cheap
    BCRYPT_COST: '4',
    LOGIN_ATTEMPTS_PER_SOURCE: '100000',
    REGISTRATIONS_PER_SOURCE: '100000',
  }
}
