import * as bcryptjs from 'bcryptjs'
import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { login } from '../../lib/accounts/login.ts'
import { createRevocations } from '../../lib/accounts/revocations.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { InvalidCredentialsError } from '../../lib/errors.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { Email, User } from '../../lib/user.ts'
import { sampleUser } from '../support/samples.ts'

// The work of refused logins. `npm run test:long` measures their time.

vi.mock('bcryptjs', { spy: true })

const COST = 6
const pepper = new Secret('p'.repeat(32))
const hasher = bcryptHasher({ cost: COST, pepper })
const PASSWORD = new Secret('correct horse battery staple')
const WRONG = new Secret('not the right password')

let calls: string[]
beforeEach(() => {
  calls = []
})
/** Wraps a store and records its calls. */
function recorded<Store extends object>(name: string, store: Store): Store {
  return new Proxy(store, {
    get(target, method) {
      const original = Reflect.get(target, method) as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        calls.push(`${name}.${String(method)}`)
        return original.apply(target, args)
      }
    },
  })
}

const stored = memoryUserStore()
const store = recorded('users', stored)
const users = createUsers({ store })
const sessions = createSessions({ store: recorded('sessions', memorySessionStore()) })
const log = () => {}
const attempts = createAttempts({
  store: recorded('attempts', memoryAttemptStore()),
  limits: parseConfig({}).attempts,
  pepper,
})
const parts = {
  users,
  sessions,
  revocations: createRevocations({ store, users, sessions, log }),
  hasher,
  attempts,
  log,
}

async function userWith(changes: Partial<User>): Promise<Email> {
  const { passwordHash: _, ...user } = sampleUser()
  const made = { ...user, ...changes }
  await stored.create(made, startDeadline())
  await stored.claimEmail(made.email, { userId: made.id }, undefined, startDeadline())
  return made.email
}

/** Runs of bcrypt's key schedule, the cost of a verification, summed over its calls. */
const rounds = () =>
  [
    // A malformed stored hash is refused without a run.
    ...vi
      .mocked(bcryptjs.compare)
      .mock.calls.map(([, hash]) => /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1]),
    ...vi.mocked(bcryptjs.hash).mock.calls.map(([, salt]) => /^\$2[aby]\$(\d\d)\$/.exec(String(salt))?.[1]),
  ]
    .map((cost) => 2 ** Number(cost))
    .reduce((sum, each) => sum + each, 0)

test('every refused login makes the same calls in the same order and the same number of bcrypt rounds [TH-11]', async () => {
  const passwordHash = await hasher.hash(PASSWORD)
  const cheap = await bcryptHasher({ cost: 4, pepper }).hash(PASSWORD)
  const plain = bcryptjs.hashSync(PASSWORD.reveal(), 5)
  const classes: [name: string, email: Email, password: Secret][] = [
    ['unknown email', 'nobody@example.com' as Email, PASSWORD],
    ['wrong password', await userWith({ passwordHash }), WRONG],
    ['disabled user', await userWith({ passwordHash, status: 'disabled' }), PASSWORD],
    ['disabled user, wrong password', await userWith({ passwordHash, status: 'disabled' }), WRONG],
    ['user without a password', await userWith({}), PASSWORD],
    ['unreadable hash', await userWith({ passwordHash: 'x' }), PASSWORD],
    ['hash of a lower cost', await userWith({ passwordHash: cheap }), WRONG],
    ['plain bcrypt of a lower cost', await userWith({ passwordHash: plain }), WRONG],
    ['disabled user, hash of a lower cost', await userWith({ passwordHash: cheap, status: 'disabled' }), PASSWORD],
  ]
  const request = { ip: '192.0.2.1', userAgent: '', presented: [] }
  const expected = ['attempts.getMark', 'attempts.reserve', 'attempts.reserve', 'users.getPointer', 'users.get']
  for (const [name, email, password] of classes) {
    calls = []
    vi.clearAllMocks()
    const refused = login(parts, { ...request, email, password }, startDeadline())
    await expect(refused, name).rejects.toThrow(InvalidCredentialsError)
    expect([name, calls]).toEqual([name, expected])
    expect([name, rounds()]).toEqual([name, 2 ** COST])
  }
})
