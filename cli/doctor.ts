import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { clientOptions, isLocal } from './aws.ts'
import { checkAuthorizers } from './checks/authorizers.ts'
import { checkBackups } from './checks/backups.ts'
import { checkConfiguration, type Environment, type Target } from './checks/configuration.ts'
import { checkExpiry } from './checks/expiry.ts'
import { openHttpApis } from './checks/http-apis.ts'
import { openRestApis } from './checks/rest-apis.ts'
import { checkDescription, describeTable, type Table } from './checks/table.ts'
import { checkUsers } from './checks/users.ts'
import { type Finding, toLine, unknown } from './finding.ts'

export interface DoctorOptions {
  readonly region?: string | undefined
  /** One document at the end instead of a line as soon as it is known. */
  readonly json?: boolean
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
  /** Shown in place of what it showed before; '' takes it away. */
  readonly progress?: (text: string) => void
}

/**
 * Looks at a stack and prints what it finds; changes nothing. Costs a dozen calls, one or two more for each API of the
 * account, and a read of the whole users table. Returns the exit code.
 */
export async function doctor(environment: Environment, options: DoctorOptions): Promise<0 | 1 | 2> {
  const stage = environment.STAGE || 'local'
  if (stage === 'local' && !environment.DYNAMODB_ENDPOINT) {
    options.complain('Say which stack: --stage <stage>, or DYNAMODB_ENDPOINT for a local engine.')
    return 2
  }
  const findings: Finding[] = []
  for await (const finding of examine(environment, options)) {
    findings.push(finding)
    options.progress?.('')
    if (!options.json) options.print(toLine(finding))
  }
  const count = (mark: Finding['mark']) => findings.filter((finding) => finding.mark === mark).length
  const counts = { ok: count('ok'), failed: count('FAIL'), unknown: count('?') }
  options.print(
    options.json
      ? JSON.stringify({ stage, ...counts, findings }, undefined, 2)
      : `${counts.ok} ok, ${counts.failed} failed, ${counts.unknown} could not be told`,
  )
  return counts.failed > 0 ? 1 : 0
}

async function* examine(environment: Environment, options: DoctorOptions): AsyncGenerator<Finding> {
  const { findings, target } = checkConfiguration(environment)
  yield* findings
  if (!target) yield unknown('tables', 'not looked at: the configuration does not say where they are')
  else if (yield* checkTables(target, options)) yield* checkApis(target, options)
}

/** Returns whether AWS can be reached at all: what is out of reach is said once. */
async function* checkTables(target: Target, { region, progress }: DoctorOptions): AsyncGenerator<Finding, boolean> {
  const client = new DynamoDBClient(clientOptions({ endpoint: target.endpoint, region }))
  try {
    for (const table of tablesOf(target)) {
      const { finding, description, next } = await describeTable(client, table, target)
      yield finding
      if (next === 'stop') return false
      if (next === 'skip') continue
      if (description) yield* checkDescription(table, description)
      if (table.expires) yield await checkExpiry(client, table, description)
      if (table.kept) yield await checkBackups(client, table)
      if (table.role === 'users') yield* checkUsers(client, table, progress)
    }
    return true
  } finally {
    client.destroy()
  }
}

function tablesOf({ endpoint, tables }: Target): Table[] {
  const local = isLocal(endpoint)
  return [
    { role: 'sessions', name: tables.sessions, key: ['userId', 'sessionId'], expires: true, kept: true, local },
    { role: 'users', name: tables.users, key: ['pk'], expires: false, kept: true, local },
    { role: 'attempts', name: tables.attempts, key: ['key'], expires: true, kept: false, local },
  ]
}

async function* checkApis({ stage, endpoint }: Target, { region }: DoctorOptions): AsyncGenerator<Finding> {
  if (isLocal(endpoint)) {
    yield unknown('APIs', 'not looked at: a local engine has no API Gateway beside it')
    return
  }
  const functionName = `coatcheck-${stage}-authorizer`
  yield* checkAuthorizers('HTTP APIs', functionName, () => openHttpApis(region))
  yield* checkAuthorizers('REST APIs', functionName, () => openRestApis(region))
}
