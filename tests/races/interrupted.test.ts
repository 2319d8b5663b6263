import { spawn } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test, vi } from 'vitest'
import { doctor } from '../../cli/doctor.ts'
import { createUsers, type Users } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import { createSessions, type Sessions } from '../../lib/sessions/sessions.ts'
import { captureOutput } from '../support/captured-output.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'
import { delivery, openFinishSweeps } from '../support/stream.ts'

// A revoke-all whose process is killed with SIGKILL, so that it cannot clean up.

let service: TestService
let proxy: DatastoreProxy
let finishSweeps: Awaited<ReturnType<typeof openFinishSweeps>>
let users: Users
let sessions: Sessions
beforeAll(async () => {
  service = await startTestService({}, [])
  proxy = await startProxy(inject('endpoint'))
  const { client, ...tables } = service.tables
  finishSweeps = await openFinishSweeps(inject('endpoint'), tables)
  users = createUsers({ store: dynamodbUserStore({ client, tableName: tables.users }) })
  sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
})
afterAll(async () => {
  await proxy.close()
  await service.close()
})

/** More than two batches of deletes. */
const SESSIONS = 60
/** The calls of a revoke-all with that many sessions, in order. */
const CALLS = [
  ...['GetItem', 'UpdateItem', 'Query'],
  ...['BatchWriteItem', 'BatchWriteItem', 'BatchWriteItem'],
  ...['Query', 'UpdateItem'],
]

let user: TestUser
let before: CreatedSession[]
beforeEach(async () => {
  captureOutput([])
  user = await service.user()
  before = await Promise.all(Array.from({ length: SESSIONS }, () => newSession(0)))
})
afterEach(() => vi.restoreAllMocks())

async function newSession(epoch: number): Promise<CreatedSession> {
  const wanted = { user: { id: user.id, epoch }, scopes: [], ip: '192.0.2.1', userAgent: 'tests' }
  const created = await sessions.create(wanted, users, startDeadline(30))
  if (!created) throw new Error('The session was not created: the user has another epoch.')
  return created
}

/** Starts a process that revokes all sessions and kills it at this call, which never reaches the datastore. */
async function killAt(call: number): Promise<void> {
  proxy.calls.length = 0
  const { sessions, users } = service.tables
  const child = spawn(process.execPath, ['tests/support/revoke-all.ts', proxy.endpoint, sessions, users, user.id])
  onTestFinished(() => void child.kill('SIGKILL'))
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  proxy.fault = () => {
    if (proxy.calls.length <= call) return undefined
    child.kill('SIGKILL')
    return 'silent'
  }
  const signal = await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  expect([signal, errors]).toEqual(['SIGKILL', ''])
  expect(proxy.calls.map(({ operation }) => operation)).toEqual(CALLS.slice(0, call + 1))
}

async function live(created: readonly CreatedSession[]): Promise<number> {
  const checked = await Promise.all(created.map(({ token }) => sessions.check(token.reveal())))
  return checked.filter(Boolean).length
}

/** The lines of `coatcheck doctor` about sweeps. */
async function pendingSweeps(): Promise<string> {
  const lines: string[] = []
  const { sessions, users, attempts } = service.tables
  await doctor(
    {
      DYNAMODB_ENDPOINT: inject('endpoint'),
      SESSIONS_TABLE: sessions,
      USERS_TABLE: users,
      ATTEMPTS_TABLE: attempts,
    },
    {},
    {
      print: (line) => lines.push(line),
      deliver: async (text) => void lines.push(text),
      complain: (line) => lines.push(line),
      interruption: new AbortController().signal,
    },
  )
  return lines.filter((line) => /pending sweep/.test(line)).join()
}

const FINISHERS: [name: string, finish: () => Promise<unknown>, ownSessions: number][] = [
  ['the next login', async () => expect((await service.signIn(user)).answer.status).toBe(200), 1],
  ['the stream function', async () => expect(await deliver()).toEqual({ batchItemFailures: [] }), 0],
]
const deliver = () => finishSweeps(delivery(['MODIFY', `user#${user.id}`]))

// After the first batch of deletes; failures.test.ts stops the same code after each of its calls.
test.each(FINISHERS)(
  '%s finishes a revoke-all that was killed, and doctor reports it until then [RS-05]',
  async (_, finish, ownSessions) => {
    await killAt(4)
    expect(await live(before)).toBe(SESSIONS - 25)
    const [{ session }] = before as [CreatedSession]
    expect(await users.ofSession(session, startDeadline())).toBeUndefined()
    expect(await pendingSweeps()).toMatch(new RegExp(`^FAIL .* 1 user with a pending sweep, .*: ${user.id} → `))
    const since = await Promise.all([newSession(1), newSession(1)])

    await finish()

    expect(await live(before)).toBe(0)
    expect(await live(since)).toBe(since.length)
    expect(await sessions.list({ id: user.id, epoch: 0 })).toHaveLength(since.length + ownSessions)
    expect(await users.get(user.id, startDeadline())).toMatchObject({ epoch: 1, sweepPending: false })
    expect(await pendingSweeps()).toMatch(/^ok .*: no pending sweep$/)
  },
)

test('a revoke-all that is killed before it writes the epoch has changed nothing [RS-05]', async () => {
  await killAt(1)
  expect(await deliver()).toEqual({ batchItemFailures: [] })
  expect(await live(before)).toBe(SESSIONS)
  expect(await users.get(user.id, startDeadline())).toMatchObject({ epoch: 0, sweepPending: false })
  expect(await pendingSweeps()).toMatch(/^ok .*: no pending sweep$/)
})

test('a second revoke-all finishes one that was killed [RS-05]', async () => {
  await killAt(4)
  const since = await newSession(1)
  const child = spawn(process.execPath, [
    ...['tests/support/revoke-all.ts', inject('endpoint'), service.tables.sessions, service.tables.users, user.id],
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  expect(await live([...before, since])).toBe(0)
  expect(await users.get(user.id, startDeadline())).toMatchObject({ epoch: 2, sweepPending: false })
})
