import type { Held } from '../generator.ts'
import { createGenerator } from '../generator.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'

// R11: the datastore calls of each operation without a fault, and the units that the engine counts.

interface Cost {
  readonly name: string
  readonly calls: readonly string[]
  readonly readUnits: number
  readonly writeUnits: number
}

/** No other requests may use the system meanwhile. */
export async function costsSection(system: System): Promise<Section> {
  const generator = createGenerator(system, 'costs', () => {})
  const costs: Cost[] = []
  try {
    const cost = async (name: string, work: (held: Held, admin: Held) => Promise<unknown>, sessions = 1) => {
      const held = await signedIn()
      const admin = await signedIn(['admin:read', 'admin:write', 'admin:revoke'])
      for (let more = 1; more < sessions; more++) await generator.login(held.user)
      costs.push({ name, ...(await countCalls(system, () => work(held, admin))) })
    }
    await cost('check by the middleware', (held) => generator.me(held))
    await cost('check by the authorizer', (held) => generator.me(held, { route: 'authorizer' }))
    await cost('renewing check', async (held) => {
      await system.makeRenewalDue(held.user.id)
      await generator.me(held)
    })
    await cost('GET /auth/session', (held) => generator.look(held))
    await cost('login', (held) => generator.login(held.user))
    await cost('login with a wrong password', (held) => generator.login(held.user, { password: 'not the right one' }))
    await cost('logout', (held) => generator.logout(held))
    await cost('reauthentication', (held) => generator.reauthenticate(held))
    await cost('password change, 3 sessions', (held) => generator.changePassword(held, 'a lantern under the stairs'), 3)
    await cost('revoke-others, 3 sessions', (held) => generator.revokeOtherSessions(held), 3)
    await cost('revoke by an administrator', (held, admin) => generator.revoke(held, admin))
    await cost(
      'revoke-all by an administrator, 3 sessions',
      (held, admin) => generator.revokeAllSessions(held.user, admin),
      3,
    )
    await cost('disable, 3 sessions', (held, admin) => generator.change('disable', held.user, admin), 3)
  } finally {
    generator.close()
  }
  const checks = costs.filter(({ name }) => name.startsWith('check by'))
  return {
    title: 'Cost of each operation',
    text: 'Datastore calls of one operation in their order, and the read and write units that the engine reports (R11). There is no session cap; with a cap a login makes one Query more.',
    columns: ['operation', 'calls', 'read units', 'write units'],
    rows: costs.map(({ name, calls, readUnits, writeUnits }) => [name, calls.join(', '), readUnits, writeUnits]),
    failures: checks
      .filter(({ calls }) => calls.join() !== 'GetItem')
      .map(({ name, calls }) => `${name}: calls ${calls.join(', ')} instead of one GetItem.`),
    data: costs,
  }

  async function signedIn(scopes?: readonly string[]): Promise<Held> {
    const held = await generator.login(await system.createUser(scopes))
    if (!held) throw new Error('The login before counting the cost of an operation failed.')
    return held
  }
}

async function countCalls({ proxy }: System, work: () => Promise<unknown>): Promise<Omit<Cost, 'name'>> {
  const calls: string[] = []
  let [readUnits, writeUnits] = [0, 0]
  proxy.onResponse = ({ operation }, response) => {
    calls.push(operation)
    const consumed: { CapacityUnits?: number }[] = [JSON.parse(response.body.toString()).ConsumedCapacity ?? []].flat()
    const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
    if (READING.has(operation)) readUnits += units
    else writeUnits += units
    return response
  }
  try {
    await work()
  } finally {
    proxy.onResponse = undefined
  }
  return { calls, readUnits, writeUnits }
}

const READING = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])
