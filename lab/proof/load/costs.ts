import type { Held } from '../generator.ts'
import { createGenerator } from '../generator.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'

// R11: what each operation asks of the datastore when nothing goes wrong, as the engine itself counts it.

interface Cost {
  readonly name: string
  readonly calls: readonly string[]
  readonly readUnits: number
  readonly writeUnits: number
}

/** Nobody else may use the system meanwhile. */
export async function costsSection(system: System): Promise<Section> {
  const generator = createGenerator(system, 'costs', () => {})
  const costs: Cost[] = []
  try {
    const cost = async (name: string, work: (held: Held, admin: Held) => Promise<unknown>, sessions = 1) => {
      const held = await signedIn()
      const admin = await signedIn(['admin:read', 'admin:write', 'admin:revoke']) // a new one, that needs no renewal
      for (let more = 1; more < sessions; more++) await generator.login(held.user)
      costs.push({ name, ...(await countCalls(system, () => work(held, admin))) })
    }
    await cost('check, by the middleware', (held) => generator.me(held))
    await cost('check, by the authorizer', (held) => generator.me(held, { door: 'authorizer' }))
    await cost('check that renews', async (held) => {
      await system.age(held.user.id, 60)
      await generator.me(held)
    })
    await cost('who am I', (held) => generator.look(held))
    await cost('login', (held) => generator.login(held.user))
    await cost('login, wrong password', (held) => generator.login(held.user, { password: 'not the right one' }))
    await cost('logout', (held) => generator.logout(held))
    await cost('reauthentication', (held) => generator.reauthenticate(held))
    await cost('new password, 3 sessions', (held) => generator.changePassword(held, 'a lantern under the stairs'), 3)
    await cost('end of the others, 3 sessions', (held) => generator.revokeOtherSessions(held), 3)
    await cost('revoke, by an administrator', (held, admin) => generator.revoke(held, admin))
    await cost(
      'end-all, by an administrator, 3 sessions',
      (held, admin) => generator.revokeAllSessions(held.user, admin),
      3,
    )
    await cost('disabling, 3 sessions', (held, admin) => generator.change('disable', held.user, admin), 3)
  } finally {
    generator.close()
  }
  const checks = costs.filter(({ name }) => name.startsWith('check, '))
  return {
    title: 'What an operation costs',
    text: 'Datastore calls of one operation with nothing else going on, in their order, and the units that the engine says they consumed (R11). Sessions may be as many as one likes here; with a cap a login has one Query more.',
    columns: ['operation', 'calls', 'read units', 'write units'],
    rows: costs.map(({ name, calls, readUnits, writeUnits }) => [name, calls.join(', '), readUnits, writeUnits]),
    failures: checks
      .filter(({ calls }) => calls.join() !== 'GetItem')
      .map(({ name, calls }) => `${name}: ${calls.join(', ')} in the place of one GetItem.`),
    data: costs,
  }

  async function signedIn(scopes?: readonly string[]): Promise<Held> {
    const held = await generator.login(await system.user(scopes))
    if (!held) throw new Error('Nobody can sign in to count what it costs.')
    return held
  }
}

async function countCalls({ proxy }: System, work: () => Promise<unknown>): Promise<Omit<Cost, 'name'>> {
  const calls: string[] = []
  let [readUnits, writeUnits] = [0, 0]
  proxy.onAnswer = ({ operation }, _, answer) => {
    calls.push(operation)
    const consumed: { CapacityUnits?: number }[] = [JSON.parse(answer.body.toString()).ConsumedCapacity ?? []].flat()
    const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
    if (READING.has(operation)) readUnits += units
    else writeUnits += units
    return answer
  }
  try {
    await work()
  } finally {
    proxy.onAnswer = undefined
  }
  return { calls, readUnits, writeUnits }
}

const READING = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])
