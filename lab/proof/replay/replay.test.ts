import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Rule } from '../../model/rules.ts'
import { dangerousSchedules } from '../../model/schedules.ts'
import { patch } from '../patch.ts'
import { performWith } from './build.ts'
import { type Call, openGate } from './gate.ts'
import { labelOf } from './labels.ts'
import { MUTATIONS } from './mutations.ts'
import { openReplay, type Replay } from './replay.ts'

/** How the real code departs from the schedule because of each rule. */
const AT_WORK: Readonly<Record<Rule, RegExp>> = {
  secondRead: /and then: DeleteItem sessions: the new row \(login\)/,
  freshPut: /with other conditions or values/,
  rehashGuard: /refused .*: UpdateItem users: hash/,
  noUpsert: /refused .*: UpdateItem sessions \(renewal\)/,
  changeId: /refused .*: UpdateItem users: epoch \(disable\)/,
  advanceGuard: /refused .*: UpdateItem users: epoch \(set password\)/,
  changeIdGuard: /refused .*: UpdateItem users: epoch \(remove scope\)/,
  staleCheck: /not made: DeleteItem sessions: own row \(end others\)/,
  sweepOldOnly: /not made: BatchWriteItem sessions \(end all\)/,
  strongSweep: /strongly consistent: Query sessions \(end all\)/,
  pendingMark: /with other conditions or values/,
  sweepGuard: /refused .*: UpdateItem users: sweep, lands late/,
  updateGuard: /refused .*: UpdateItem users \(grant scope\)/,
  finishBeforeAnswer: /and then: Query sessions/,
  newForKept: /and then: PutItem sessions \(end others\)/,
  ownRowFirst: /not made: DeleteItem sessions \(logout\)/,
  reauthenticateOwnRow: /and then: DeleteItem sessions: the new row \(reauthenticate\)/,
  unknownIsNotOurs: /and then: DeleteItem sessions: the new row \(reauthenticate\)/,
  pointerCondition: /refused .*: DeleteItem users: pointer \(delete 1\)/,
  deleteOnChangeId: /refused .*: DeleteItem users: user \(delete 1\)/,
  disableFirst: /not made: PutItem sessions \(login\)/,
  claimOnlyIfFree: /refused .*: PutItem users: pointer \(register 2\)/,
  userFirst: /not made: PutItem users: pointer \(register 3\)/,
  slotBeforeVerify: /not made: verifies \(guess 3\)/,
  atomicSlot: /refused .*: UpdateItem attempts \(guess 3\)/,
  slotIsKept: /refused .*: UpdateItem attempts \(guess 3\)/,
  capAfterPut: /but first: PutItem sessions \(login 0\)/,
  strongCap: /strongly consistent: Query sessions \(login 1\)/,
  capOldestFirst: /and then: DeleteItem sessions/,
  leavingApart: /and then: DeleteItem sessions/,
  idleEnd: /not made: renews \(right worker\)/,
  absoluteEnd: /not made: renews \(right worker\)/,
  renewalCondition: /refused .*: UpdateItem sessions, lands late/,
  renewalLive: /refused .*: UpdateItem sessions \(right worker\)/,
  keyCursor: /./, // the engine decides where pages end
  cursorOfLast: /./,
}

const schedules = dangerousSchedules()
let replay: Replay
beforeAll(async () => {
  replay = await openReplay(inject('endpoint'))
})
afterAll(() => replay.close())

test.each(schedules)('the rule $rule protects the real code in its schedule: $protects', async (schedule) => {
  const { violations, diverged } = await replay.play(schedule)
  expect(violations).toEqual([])
  expect(diverged).toMatch(AT_WORK[schedule.rule])
})

describe('the real code shows the violation that the model predicts', () => {
  test.each(schedules)('without the rule $rule: $why', async (schedule) => {
    const { shows, leavesOut = [] } = MUTATIONS[schedule.rule]
    const { violations, departures } = await replay.play(schedule, await performWith(MUTATIONS[schedule.rule]))
    expect(violations).toContainEqual(expect.stringMatching(shows))
    const notMade = departures.filter(({ kind, call }) => kind === 'not made' && !leavesOut.includes(call))
    expect(notMade, 'steps that were not made').toEqual([])
  })
})

test('a mutation of a file that no actor uses throws', async () => {
  const elsewhere = performWith({ patches: [patch('lib/index.ts', /export/, '')] })
  await expect(elsewhere).rejects.toThrow('No actor uses lib/index.ts')
})

test('an unknown step throws', () => {
  expect(labelOf('DeleteItem sessions: own row, late')).toMatchObject({
    table: 'sessions',
    which: 'own row',
    how: 'late',
  })
  for (const step of ['GetItem users: third read', 'DeleteItem sessions, lost', ''])
    expect(() => labelOf(step)).toThrow()
})

describe('a gate', () => {
  const ask = (endpoint: string, operation: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
        'amz-sdk-request': 'attempt=2; max=3',
      }
      const sent = request(endpoint, { method: 'POST', headers, agent: false }, async (answered) => {
        let body = ''
        for await (const chunk of answered) body += chunk
        resolve({ status: answered.statusCode, body })
      })
      sent.on('error', reject)
      sent.end('{"Limit":1}')
    })
  /** Lets a request through in this way. */
  async function through<Made>(how: (call: Call) => Promise<Made>) {
    const { promise, resolve } = Promise.withResolvers<readonly [Call, Made]>()
    const { endpoint, close } = await openGate(inject('endpoint'), async (call) => resolve([call, await how(call)]))
    const outcome = await ask(endpoint, 'ListTables').catch((error: NodeJS.ErrnoException) => error.code)
    const [call, made] = await promise
    await close()
    return { outcome, call, made }
  }

  test('responds as the engine does, and reports the attempt', async () => {
    const { outcome, call } = await through((call) => call.pass())
    expect(outcome).toEqual(await ask(inject('endpoint'), 'ListTables'))
    expect(call).toMatchObject({ operation: 'ListTables', input: { Limit: 1 }, attempt: 2 })
  })

  test('resets the connection of a lost response and of a late call', async () => {
    expect(await through((call) => call.lose())).toMatchObject({ outcome: 'ECONNRESET', made: 'done' })
    expect(await through((call) => call.delay()())).toMatchObject({ outcome: 'ECONNRESET', made: 'done' })
  })
})
