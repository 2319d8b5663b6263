import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { createClient, dynamodbSessionStore } from '../../../lib/dynamodb/index.ts'
import { createSessions } from '../../../lib/sessions/sessions.ts'
import { systemRandomText } from '../../../lib/system.ts'
import { readService } from '../../../local/service.ts'
import { signIn } from '../../../testing/sign-in.ts'
import type { Machine } from '../machine/machine.ts'
import { createGateway, type Gateway } from '../script/gateway.ts'
import type { Template } from '../template/template.ts'
import type { ServiceEvent, ServiceRequest } from './requests.ts'

// The rehearsal of another service that uses Coatcheck: its functions, its roles, the sessions table of Coatcheck.

const SESSIONS_TABLE = 'coatcheck-prod-sessions'

/** Values of the exports of Coatcheck's stack, by the ends of their names; and values that were given. */
export function importsOf(template: Template, given: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set<string>()
  JSON.stringify(template, (key, value) => {
    if (key === 'Fn::ImportValue' && typeof value === 'string') names.add(value)
    return value
  })
  const known: [end: string, value: string][] = [
    ['-sessions-table', SESSIONS_TABLE],
    ['-sessions-table-arn', `arn:aws:dynamodb:eu-central-1:123456789012:table/${SESSIONS_TABLE}`],
    ['-authorizer', 'arn:aws:lambda:eu-central-1:123456789012:function:coatcheck-prod-authorizer'],
  ]
  const found = [...names].flatMap((name) =>
    known.filter(([end]) => name.endsWith(end)).map(([, value]) => [name, value]),
  )
  return { ...Object.fromEntries(found), ...given }
}

/** The sessions table, as a template of its own. */
export async function sessionsTemplate(): Promise<Template> {
  const { resources } = await readService('.', { stage: 'prod' })
  return { Resources: { SessionsTable: (resources as Template['Resources']).SessionsTable } } as Template
}

/** Starts every function, and sends what `rehearsal.json` says. @returns what went wrong, one sentence each */
export async function rehearseService(
  template: Template,
  machine: Machine,
  requests: readonly (ServiceRequest | ServiceEvent)[],
): Promise<string[]> {
  const faults: string[] = []
  const { sandboxes, host } = machine
  for (const [name, sandbox] of sandboxes) {
    const failure = await sandbox.start()
    if (failure !== undefined) faults.push(`${name} does not start: ${failure.slice(0, 500)}`)
  }
  const client = createClient({ endpoint: machine.endpoint, timeoutMs: 10_000 })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: SESSIONS_TABLE }) })
  const gateway = createGateway(template, sandboxes)
  const userId = systemRandomText(21) // one user, so that a request finds what an earlier one made
  for (const each of requests) {
    const fault = 'route' in each ? await ask(each) : await send(each)
    if (fault !== undefined) faults.push(fault)
  }
  client.destroy()
  return [...faults, ...[...new Set(host.refused)].map((refusal) => `DynamoDB would refuse: ${refusal}`)]

  async function ask({ route, scopes, headers, body, expect }: ServiceRequest): Promise<string | undefined> {
    const [method = '', target = ''] = route.split(' ')
    const signedIn = scopes && (await signIn(sessions, { userId, scopes }))
    if (signedIn) await makeRenewalDue(signedIn.session.id)
    const sent = {
      ...(signedIn && { bearer: signedIn.token, authorizer: signedIn.authorizer }),
      ...(headers && { headers }),
    }
    return await answered(gateway, route, method, target, { ...sent, body }, expect)
  }

  /** So that requests that renew sessions need the right to. */
  async function makeRenewalDue(sessionId: string): Promise<void> {
    await machine.client.send(
      new UpdateItemCommand({
        TableName: SESSIONS_TABLE,
        Key: { userId: { S: userId }, sessionId: { S: sessionId } },
        UpdateExpression: 'SET lastSeenAt = lastSeenAt - :idle',
        ExpressionAttributeValues: { ':idle': { N: '900' } },
      }),
    )
  }

  async function send({ function: name, event, expect }: ServiceEvent): Promise<string | undefined> {
    const sandbox = sandboxes.get(name)
    if (!sandbox) return `rehearsal.json: there is no function ${name}; there are ${[...sandboxes.keys()].join(', ')}.`
    const { kind, body } = await sandbox.invoke(event)
    return kind === expect ? undefined : `${name}: ${kind} instead of ${expect}: ${body.slice(0, 300)}`
  }
}

async function answered(
  gateway: Gateway,
  route: string,
  method: string,
  target: string,
  sent: Parameters<Gateway['request']>[2],
  expected: number,
): Promise<string | undefined> {
  try {
    const { status, text, functionName } = await gateway.request(method, target, sent)
    return status === expected
      ? undefined
      : `${functionName}: ${route} answered ${status} instead of ${expected}: ${text.slice(0, 300)}`
  } catch (error) {
    return `rehearsal.json: ${(error as Error).message}`
  }
}
