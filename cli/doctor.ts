import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { clientOptions, isLocal } from './aws.ts'
import { assertAwsSettings } from './aws-settings.ts'
import { checkAuthorizers } from './checks/authorizers.ts'
import { checkBackups } from './checks/backups.ts'
import { checkConfiguration, type Environment, type Target } from './checks/configuration.ts'
import { openHttpApis } from './checks/http-apis.ts'
import { checkOrigin, openDomains } from './checks/origin.ts'
import { openRestApis } from './checks/rest-apis.ts'
import { checkDescription, describeTable, type Table } from './checks/table.ts'
import { checkTtl } from './checks/ttl.ts'
import { checkUsers } from './checks/users.ts'
import { type ExitCode, UsageError } from './command.ts'
import { type Finding, toLine, unknown } from './finding.ts'
import { openProgress, type Progress } from './progress.ts'
import { conclude, type Terminal } from './terminal.ts'

export interface DoctorOptions {
  readonly region?: string | undefined
  /** Prints one document at the end instead of a line for each finding. */
  readonly json?: boolean | undefined
}

type Output = Pick<Terminal, 'print' | 'deliver' | 'complain' | 'screen' | 'interruption'>

/**
 * Checks a stack and prints the findings; changes nothing. Costs some seventeen calls, one or two for each API of the account,
 * and a read of the whole users table.
 * @returns the exit code
 * @throws UsageError if the stack is not specified, or without a Region or credentials
 */
export async function doctor(
  environment: Environment,
  options: DoctorOptions,
  terminal: Output,
  progress = openProgress(terminal),
): Promise<ExitCode> {
  const stage = environment.STAGE || 'local'
  if (stage === 'local' && !environment.DYNAMODB_ENDPOINT)
    throw new UsageError(
      'The stack is not specified.',
      'Give --stage <stage>, or set DYNAMODB_ENDPOINT for a local engine.',
      'no_stack',
    )
  const { interruption } = terminal
  const findings: Finding[] = []
  for await (const finding of examine(environment, options, progress, interruption)) {
    findings.push(finding)
    progress.clear()
    if (!options.json) terminal.print(toLine(finding))
    if (interruption.aborted) break
  }
  const count = (mark: Finding['mark']) => findings.filter((finding) => finding.mark === mark).length
  const counts = { ok: count('ok'), failed: count('FAIL'), unknown: count('?') }
  await conclude(
    terminal,
    options.json
      ? JSON.stringify({ stage, ...counts, findings }, undefined, 2)
      : `${counts.ok} ok, ${counts.failed} failed, ${counts.unknown} not checked`,
  )
  return counts.failed > 0 ? 1 : 0
}

async function* examine(
  environment: Environment,
  { region }: DoctorOptions,
  progress: Progress,
  interruption: AbortSignal,
): AsyncGenerator<Finding> {
  const { findings, target } = checkConfiguration(environment)
  yield* findings
  if (!target) yield unknown('tables', 'not checked, because the configuration does not locate them')
  else if (yield* checkTables(target, { region, progress, interruption })) yield* checkApis(target, region)
}

/** Returns whether DynamoDB answers: if it does not, no further check is useful. */
async function* checkTables(
  target: Target,
  { region, progress, interruption }: { region: string | undefined; progress: Progress; interruption: AbortSignal },
): AsyncGenerator<Finding, boolean> {
  const client = new DynamoDBClient(clientOptions({ endpoint: target.endpoint, region }))
  try {
    await assertAwsSettings(client)
    for (const table of tablesOf(target)) {
      const { finding, description, next } = await describeTable(client, table, target)
      yield finding
      if (next === 'stop') return false
      if (next === 'skip') continue
      if (description) yield* checkDescription(table, description)
      if (table.expires) yield await checkTtl(client, table, description)
      if (table.kept) yield await checkBackups(client, table)
      if (table.role === 'users') yield* checkUsers(client, table, (text) => progress.update(() => text), interruption)
    }
    return true
  } finally {
    client.destroy()
  }
}

function tablesOf({ endpoint, tables, hasActivity }: Target): Table[] {
  const local = isLocal(endpoint)
  const sessions = { role: 'sessions', name: tables.sessions, key: ['userId', 'sessionId'] } as const
  const activity: Table = {
    ...{ role: 'activity', name: tables.activity, key: ['subject', 'id'] },
    ...{ expires: true, kept: true, local },
  }
  return [
    { ...sessions, expires: true, kept: true, local, isStreamRead: hasActivity },
    { role: 'users', name: tables.users, key: ['pk'], expires: false, kept: true, local },
    { role: 'attempts', name: tables.attempts, key: ['key'], expires: true, kept: false, local },
    ...(hasActivity ? [activity] : []),
  ]
}

async function* checkApis({ stage, endpoint, origin }: Target, region: string | undefined): AsyncGenerator<Finding> {
  if (isLocal(endpoint)) {
    yield unknown('APIs', 'not checked, because a local engine has no API Gateway')
    return
  }
  if (origin !== undefined) yield* checkOrigin(origin, `${stage}-coatcheck`, () => openDomains(region))
  const functionName = `coatcheck-${stage}-authorizer`
  yield* checkAuthorizers('HTTP APIs', functionName, () => openHttpApis(region))
  yield* checkAuthorizers('REST APIs', functionName, () => openRestApis(region))
}
