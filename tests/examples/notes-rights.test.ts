import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readService } from '../../local/service.ts'
import type { Answer } from '../support/http.ts'
import { type ConditionBlock, meetsConditions } from '../support/iam.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call } from '../support/proxy.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { createTestClient } from '../support/tables.ts'
import { signInNew } from './revocations.ts'

// The engines have no IAM, so the test compares the calls on the wire with the role.

const SCOPES = ['notes:read', 'notes:write']
let service: TestService
beforeAll(async () => {
  service = await startTestService({}, ['examples/notes-api'])
})
afterAll(() => service.close())

const list = (bearer: string) => service.request('GET', '/notes', { bearer })
const write = (bearer: string, text: string) => service.request('POST', '/notes', { bearer, body: { text } })

interface Statement {
  Effect: string
  Action: string[]
  Resource: object
  Condition?: ConditionBlock
}

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] }
}

describe('the role of notes-api on the sessions table', () => {
  let statements: Statement[]
  beforeAll(async () => {
    const { resources } = await readService('examples/notes-api', { stage: 'dev' })
    const { Properties } = resources.HandlerRole as Role
    const all = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    statements = all.filter(({ Resource }) => 'Fn::ImportValue' in Resource)
  })

  const isAllowed = ({ operation, context }: Pick<Call, 'operation' | 'context'>): boolean =>
    statements.some(
      ({ Effect, Action, Condition = {} }) =>
        Effect === 'Allow' && Action.includes(`dynamodb:${operation}`) && meetsConditions(Condition, context),
    )

  /** The calls to the sessions table during some work, and the work's result. */
  async function callsOf(act: () => Promise<Answer>): Promise<[Call[], Answer]> {
    service.proxy.calls.length = 0
    const answer = await act()
    return [service.proxy.calls.filter(({ table }) => table === service.tables.sessions), answer]
  }

  test('allows reads and renewals of the table that Coatcheck exports', async () => {
    const { outputs } = await readService('.', { stage: 'dev' })
    const { Export, Value } = outputs.SessionsTableArn as { Export: { Name: string }; Value: object }
    expect(Value).toEqual({ 'Fn::GetAtt': ['SessionsTable', 'Arn'] })
    const common = { Effect: 'Allow', Resource: { 'Fn::ImportValue': Export.Name } }
    const limit = ['userId', 'sessionId', 'lastSeenAt', 'expiresAt']
    expect(statements).toEqual([
      { ...common, Action: ['dynamodb:GetItem'] },
      {
        ...common,
        Action: ['dynamodb:UpdateItem'],
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': limit },
          Null: { 'dynamodb:Attributes': 'false' },
        },
      },
    ])
  })

  test('allows every call of the service, including a due renewal', async () => {
    const { user, token, id } = await signInNew(service, SCOPES)
    const age = async () => {
      const key = { userId: { S: user.id }, sessionId: { S: id } }
      const row = await service.tables.get(service.tables.sessions, key)
      const lastSeenAt = { N: String(Number(row?.lastSeenAt?.N) - 900) }
      await service.tables.put(service.tables.sessions, { ...row, lastSeenAt })
    }
    for (const [status, act] of [
      [201, () => write(token, 'a')],
      [200, () => list(token)],
      [404, () => service.request('DELETE', '/notes/x', { bearer: token })],
    ] as const) {
      await age()
      const [calls, answer] = await callsOf(act)
      expect(answer.status).toBe(status)
      expect(calls.map(({ operation }) => operation)).toEqual(['GetItem', 'UpdateItem'])
      expect(calls.map(isAllowed)).toEqual([true, true])
      expect(calls[1]?.attributes).toEqual(['expiresAt', 'lastSeenAt', 'sessionId', 'userId'])
    }
  })

  test('does not allow creating, listing or revoking sessions', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    const seen = new Set<string>()
    for (const act of [
      () => service.signIn(user).then(({ answer }) => answer),
      () => service.request('GET', '/auth/sessions', { bearer: token }),
      () => service.signIn(user).then((other) => service.request('POST', '/auth/logout', { bearer: other.token })),
      () => service.request('DELETE', '/auth/sessions', { bearer: token }),
    ]) {
      const [calls, { status }] = await callsOf(act)
      expect(status).toBeLessThan(400)
      for (const call of calls) {
        expect([call.operation, isAllowed(call)]).toEqual([call.operation, call.operation === 'GetItem'])
        seen.add(call.operation)
      }
    }
    expect([...seen].sort()).toEqual(['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query'])
  })

  test.each(['secretHash', 'scopes', 'userEpoch', 'authenticatedAt', 'createdAt', 'endsAt', 'label'])(
    'does not allow writing %s',
    async (attribute) => {
      const client = createTestClient(service.proxy.endpoint)
      const Key = { userId: { S: 'a-stranger' }, sessionId: { S: attribute } }
      service.proxy.calls.length = 0
      for (const name of [attribute, 'expiresAt'])
        await client.send(
          new UpdateItemCommand({
            TableName: service.tables.sessions,
            Key,
            UpdateExpression: 'SET #a = :a',
            ExpressionAttributeNames: { '#a': name },
            ExpressionAttributeValues: { ':a': { N: '1' } },
          }),
        )
      client.destroy()
      expect(service.proxy.calls.map(isAllowed)).toEqual([false, true])
    },
  )

  test('cannot create a usable session: a row with only the allowed attributes is refused', async () => {
    const { user } = await signInNew(service, SCOPES)
    const far = { N: String(Math.floor(Date.now() / 1000) + 86_400) }
    const id = 'i'.repeat(21)
    const row = { userId: { S: user.id }, sessionId: { S: id }, lastSeenAt: far, expiresAt: far }
    await service.tables.put(service.tables.sessions, row)
    expectProblem(await list(`cct_${user.id}.${id}.${'x'.repeat(43)}`), 'unauthenticated')
  })
})
