import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'

// The packages of this folder, which are not installed with the project. Their types are declared here, so that the
// compiler does not need them.

const FOLDER = import.meta.dirname
const require = createRequire(import.meta.url)

/** Installs the packages of lab/rehearsal unless they are installed as its lockfile says: the first time, minutes. */
export async function installPackages(log: (line: string) => void): Promise<void> {
  const stamp = `${FOLDER}/node_modules/.installed`
  const lock = createHash('sha256')
    .update(await readFile(`${FOLDER}/package-lock.json`))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return
  log("Installing lab/rehearsal: AWS's runtime client is compiled, which takes two minutes…")
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(
      `npm ci in lab/rehearsal failed: compiling aws-lambda-ric needs Linux, cmake, make, g++ and python3.\n${stderr.slice(-2000)}`,
    )
  }
  await writeFile(stamp, lock)
}

/** The file that Lambda's managed Node.js runtime consists of. */
export const runtimeClient = (): string => require.resolve('aws-lambda-ric')

/** A part of `@cloud-copilot/iam-simulate`. */
export interface Simulator {
  runSimulation(
    simulation: {
      request: {
        principal: string
        action: string
        resource: { resource: string; accountId: string }
        contextVariables: Record<string, string | string[]>
      }
      identityPolicies: { name: string; policy: unknown }[]
      serviceControlPolicies: []
      resourceControlPolicies: []
    },
    options: object,
  ): Promise<{
    resultType: 'error' | 'single' | 'wildcard'
    errors?: { message: string }
    overallResult?: string
    result?: { ignoredContextKeys?: string[] }
  }>
}

/** Loads `@cloud-copilot/iam-simulate` (AGPL-3.0-or-later: used by this command alone, part of no package). */
export const loadSimulator = (): Simulator => require('@cloud-copilot/iam-simulate')

/** The type of a property in AWS's resource specification. */
export type PropertyType =
  | { type: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'date-time' | 'null' | 'tag' }
  | { type: 'array' | 'map'; element: PropertyType }
  | { type: 'ref'; reference: { $ref: string } }
  | { type: 'union'; types: PropertyType[] }

export type PropertyTypes = Readonly<Record<string, { type: PropertyType; required?: boolean }>>

/** A part of AWS's resource specification. */
export interface SpecificationDatabase {
  lookup(
    kind: 'resource',
    index: 'cloudFormationType',
    comparison: 'equals',
    value: string,
  ): Iterable<{ properties: PropertyTypes; attributes: Readonly<Record<string, unknown>> }>
  get(kind: 'typeDefinition', id: string): { properties: PropertyTypes }
}

/** Loads AWS's resource specification: 1.5 s. */
export const loadSpecification = (): SpecificationDatabase =>
  require('@aws-cdk/aws-service-spec').loadAwsServiceSpecSync()
