import type { User } from '../../../lib/user.ts'
import type { Door } from '../doors.ts'
import { createGenerator, type Held, type Timing } from '../generator.ts'
import type { Instant, Operation } from '../history/operation.ts'
import { randomFrom } from '../races/races.ts'
import { PASSWORD, WRONG_PASSWORD } from '../secrets.ts'
import type { System } from '../system.ts'
import { inLanes } from './lanes.ts'
import type { Kind } from './schedule.ts'

// People who sign in, are checked and leave again, for as long as one likes: whom a load is made of.

interface Person {
  readonly user: User
  password: string
  changes: number
}

/** A session, and whose. */
interface Stay {
  readonly held: Held
  readonly person: Person
}

export interface PopulationOptions {
  readonly name: string
  readonly seed: number
  readonly users?: number
  /** Of each, at first. */
  readonly sessions?: number
  /** Of every user; by default the cheap one that the system makes. */
  readonly passwordHash?: string
  /** Which checks are asked for, in equal parts. */
  readonly doors?: readonly Door[]
}

export type Population = Awaited<ReturnType<typeof populate>>

/** Of those that were ended so many are still presented. */
const REMEMBERED = 200
const SHARE_OF_ENDED = 0.15
/** An administrator signs in anew before the reauthentication asked of them is too old. */
const ADMIN_MS = 60_000

/** Signs everybody in; the proxy's rules are to be none. */
export async function populate(system: System, options: PopulationOptions) {
  const { name, seed, users = 60, sessions = 2, passwordHash, doors = ['middleware', 'authorizer'] } = options
  const random = randomFrom(seed)
  const history: Operation[] = []
  const generatorOf = (run: string) => createGenerator(system, run, (operation) => history.push(operation))
  const generator = generatorOf(name)
  // By its name an operation tells which door it came through: they refuse in different ways.
  const atAuthorizer = generatorOf(name + AUTHORIZER)

  const people: Person[] = []
  const left: Person[] = []
  let live: Stay[] = []
  const ended: Stay[] = []
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)]

  const newcomer = async () => {
    const user = await system.user(undefined, passwordHash)
    people.push({ user, password: PASSWORD, changes: 0 })
  }
  await inLanes(8, Array.from({ length: users }), newcomer)
  const administrator = await system.user(['admin:read', 'admin:write', 'admin:revoke'], passwordHash)
  let admin = await generator.login(administrator)
  // Where workers and engine are cold somebody may be told to come again.
  for (let tries = 1; !admin && tries < 5; tries++) admin = await generator.login(administrator)
  if (!admin) throw new Error('The administrator of the proof cannot sign in.')
  let adminSince = performance.now()
  const everybody = Array.from({ length: sessions }, () => people).flat()
  await inLanes(4, everybody, (person) => signIn(person))
  if (live.length < users / 2) throw new Error(`The people of the proof cannot sign in: ${live.length} sessions.`)

  async function signIn(person = pick(people), timing: Timing = {}): Promise<void> {
    if (!person) return
    const held = await generator.login(person.user, { password: person.password, ...timing })
    if (held) live.push({ held, person })
  }

  /** From now on these count as ended: whoever presents them races with that. */
  function end(stays: readonly Stay[]): void {
    const gone = new Set(stays)
    live = live.filter((stay) => !gone.has(stay))
    ended.push(...stays)
    ended.splice(0, ended.length - REMEMBERED)
  }

  /** As it may not have been ended after all, somebody will try again. */
  function endFailed(stay: Stay): void {
    if (people.includes(stay.person)) live.push(stay)
  }

  function leave(person: Person): Promise<void> {
    people.splice(people.indexOf(person), 1)
    left.push(person)
    end(live.filter((stay) => stay.person === person))
    return newcomer()
  }

  async function check(op: 'me' | 'look', timing: Timing): Promise<void> {
    const stay = (random() < SHARE_OF_ENDED && pick(ended)) || pick(live) || pick(ended)
    if (!stay) return signIn(undefined, timing)
    const door = pick(doors) ?? 'middleware'
    const by = door === 'authorizer' && op === 'me' ? atAuthorizer : generator
    const outcome = op === 'me' ? await by.me(stay.held, { door, ...timing }) : await by.look(stay.held, timing)
    // What a spoilt item makes the service say is not the truth.
    if (outcome === 'deny' && !isSpoilt()) end(live.filter((each) => each === stay))
  }

  const isSpoilt = () => system.proxy.rules.some(({ fault }) => fault === 'corrupted item')

  async function renewAdmin(): Promise<Held> {
    if (performance.now() - adminSince > ADMIN_MS) {
      adminSince = performance.now()
      admin = (await generator.login(administrator)) ?? admin
    }
    return admin as Held
  }

  /** What ends sessions, one of them its own. */
  async function change(kind: Kind, stay: Stay, timing: Timing): Promise<unknown> {
    const { held, person } = stay
    const { user, password } = person
    const everywhere = () => end(live.filter((each) => each.person === person))
    const goOn = (next: Held | undefined) => {
      if (next) live.push({ held: next, person })
      else endFailed(stay)
    }
    switch (kind) {
      case 'logout':
        end([stay])
        return (await generator.logout(held, timing)) === 'ok' || endFailed(stay)
      case 'revoke':
        end([stay])
        return (await generator.revoke(held, await renewAdmin(), timing)) === 'ok' || endFailed(stay)
      case 'end-all':
        everywhere()
        return generator.revokeAllSessions(user, await renewAdmin(), timing)
      case 'end-others':
        everywhere()
        return goOn(await generator.revokeOtherSessions(held, timing))
      case 'reauthenticate':
        end([stay])
        return goOn(await generator.reauthenticate(held, password, timing))
      case 'password-change': {
        everywhere()
        const newPassword = `a password nobody has guessed, ${person.changes + 1}`
        const next = await generator.changePassword(held, newPassword, password, timing)
        // Without an answer nobody knows which one it is.
        if (!next) return leave(person)
        Object.assign(person, { password: newPassword, changes: person.changes + 1 })
        return goOn(next)
      }
      default:
        await leave(person)
        return generator.change('disable', user, await renewAdmin(), timing)
    }
  }

  return {
    /** All that has been written down. */
    history,

    /** One operation of this kind, of whoever it may be. */
    async act(kind: Kind, intended?: Instant): Promise<void> {
      const timing: Timing = intended === undefined ? {} : { intended }
      if (kind === 'me' || kind === 'look') return check(kind, timing)
      if (kind === 'login') return signIn(undefined, timing)
      if (kind === 'guess') {
        const person = pick(people)
        if (person) await generator.login(person.user, { password: WRONG_PASSWORD, ...timing })
        return
      }
      const stay = pick(live)
      // Where too many have left, somebody comes instead.
      if (!stay || live.length < users / 2) return signIn(undefined, timing)
      await change(kind, stay, timing)
    },

    /** When all is quiet: a last look at sessions of all sorts, and at the tables, of so many each. */
    async lookBack(most = 400): Promise<void> {
      const stays = [...ended.slice(-most / 2), ...live.slice(-most / 2)]
      await inLanes(4, stays, async ({ held }) => {
        await generator.me(held)
        await generator.look(held)
      })
      await inLanes(4, [...left.slice(-most / 2), ...people.slice(-most / 2)], ({ user }) => generator.snapshot(user))
    },

    close() {
      generator.close()
      atAuthorizer.close()
    },
  }
}

const AUTHORIZER = ', by the authorizer'

/** Whether an authorizer was asked: an HTTP API makes 500 of whatever is wrong with it. */
export const isAuthorized = ({ run }: Pick<Operation, 'run'>): boolean => run.endsWith(AUTHORIZER)
