import type { User } from '../../../lib/user.ts'
import { createGenerator, type Held, type Timing } from '../generator.ts'
import type { RouteName } from '../guarded-routes.ts'
import type { Instant, Operation } from '../history/operation.ts'
import { inParallel } from '../parallel.ts'
import { randomFrom } from '../races/races.ts'
import { PASSWORD, WRONG_PASSWORD } from '../secrets.ts'
import type { System } from '../system.ts'
import type { Kind } from './schedule.ts'

// The users of a load, who sign in, call guarded routes and sign out.

interface Member {
  readonly user: User
  password: string
  changes: number
}

/** A session and its user. */
interface Visit {
  readonly held: Held
  readonly member: Member
}

export interface PopulationOptions {
  readonly name: string
  readonly seed: number
  readonly users?: number
  /** Sessions of each user at first. */
  readonly sessions?: number
  /** By default the cheap hash of the system. */
  readonly passwordHash?: string
  /** The guarded routes to call, in equal parts. */
  readonly routes?: readonly RouteName[]
}

export type Population = Awaited<ReturnType<typeof populate>>

/** Revoked sessions that are still presented, and the share of checks that present them. */
const REMEMBERED = 200
const SHARE_OF_REVOKED = 0.15
/** The administrator signs in again before the login is too old for administrative routes. */
const ADMIN_MS = 60_000

/** Signs all users in. The proxy must have no rules. */
export async function populate(system: System, options: PopulationOptions) {
  const { name, seed, users = 60, sessions = 2, passwordHash, routes = ['middleware', 'authorizer'] } = options
  const random = randomFrom(seed)
  const history: Operation[] = []
  const generatorOf = (run: string) => createGenerator(system, run, (operation) => history.push(operation))
  const generator = generatorOf(name)
  // The name of the run tells which route a check used: they refuse in different ways.
  const atAuthorizer = generatorOf(name + AUTHORIZER)

  const members: Member[] = []
  const left: Member[] = []
  let live: Visit[] = []
  const revoked: Visit[] = []
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)]

  const addMember = async () => {
    const user = await system.createUser(undefined, passwordHash)
    members.push({ user, password: PASSWORD, changes: 0 })
  }
  await inParallel(8, Array.from({ length: users }), addMember)
  const administrator = await system.createUser(['admin:read', 'admin:write', 'admin:revoke'], passwordHash)
  let admin = await generator.login(administrator)
  // While workers and engine are cold, a login may be answered with 503.
  for (let tries = 1; !admin && tries < 5; tries++) admin = await generator.login(administrator)
  if (!admin) throw new Error('The administrator of the proof cannot sign in.')
  let adminSince = performance.now()
  const logins = Array.from({ length: sessions }, () => members).flat()
  await inParallel(4, logins, (member) => signIn(member))
  if (live.length < users / 2)
    throw new Error(`Only ${live.length} of ${users * sessions} logins of the load succeeded.`)

  async function signIn(member = pick(members), timing: Timing = {}): Promise<void> {
    if (!member) return
    const held = await generator.login(member.user, { password: member.password, ...timing })
    if (held) live.push({ held, member })
  }

  /** From now on these sessions count as revoked: requests that present them race with the revocation. */
  function markRevoked(visits: readonly Visit[]): void {
    const gone = new Set(visits)
    live = live.filter((visit) => !gone.has(visit))
    revoked.push(...visits)
    revoked.splice(0, revoked.length - REMEMBERED)
  }

  /** The session may not have been revoked after all. */
  function markLive(visit: Visit): void {
    if (members.includes(visit.member)) live.push(visit)
  }

  function leave(member: Member): Promise<void> {
    members.splice(members.indexOf(member), 1)
    left.push(member)
    markRevoked(live.filter((visit) => visit.member === member))
    return addMember()
  }

  async function check(op: 'me' | 'look', timing: Timing): Promise<void> {
    const visit = (random() < SHARE_OF_REVOKED && pick(revoked)) || pick(live) || pick(revoked)
    if (!visit) return signIn(undefined, timing)
    const route = pick(routes) ?? 'middleware'
    const by = route === 'authorizer' && op === 'me' ? atAuthorizer : generator
    const outcome = op === 'me' ? await by.me(visit.held, { route, ...timing }) : await by.look(visit.held, timing)
    // A corrupted item makes the service refuse a valid session.
    if (outcome === 'deny' && !isCorrupting()) markRevoked(live.filter((each) => each === visit))
  }

  const isCorrupting = () => system.proxy.rules.some(({ fault }) => fault === 'corrupted item')

  async function renewAdmin(): Promise<Held> {
    if (performance.now() - adminSince > ADMIN_MS) {
      adminSince = performance.now()
      admin = (await generator.login(administrator)) ?? admin
    }
    return admin as Held
  }

  /** Operations that revoke sessions, the presented one among them. */
  async function change(kind: Kind, visit: Visit, timing: Timing): Promise<unknown> {
    const { held, member } = visit
    const { user, password } = member
    const markAllRevoked = () => markRevoked(live.filter((each) => each.member === member))
    const continueWith = (next: Held | undefined) => {
      if (next) live.push({ held: next, member })
      else markLive(visit)
    }
    switch (kind) {
      case 'logout':
        markRevoked([visit])
        return (await generator.logout(held, timing)) === 'ok' || markLive(visit)
      case 'revoke':
        markRevoked([visit])
        return (await generator.revoke(held, await renewAdmin(), timing)) === 'ok' || markLive(visit)
      case 'revoke-all':
        markAllRevoked()
        return generator.revokeAllSessions(user, await renewAdmin(), timing)
      case 'revoke-others':
        markAllRevoked()
        return continueWith(await generator.revokeOtherSessions(held, timing))
      case 'reauthenticate':
        markRevoked([visit])
        return continueWith(await generator.reauthenticate(held, password, timing))
      case 'password-change': {
        markAllRevoked()
        const newPassword = `an unguessed password, ${member.changes + 1}`
        const next = await generator.changePassword(held, newPassword, password, timing)
        // Without a response the password is unknown.
        if (!next) return leave(member)
        Object.assign(member, { password: newPassword, changes: member.changes + 1 })
        return continueWith(next)
      }
      default:
        await leave(member)
        return generator.change('disable', user, await renewAdmin(), timing)
    }
  }

  return {
    history,

    /** Performs one operation of this kind, of any user. */
    async act(kind: Kind, intended?: Instant): Promise<void> {
      const timing: Timing = intended === undefined ? {} : { intended }
      if (kind === 'me' || kind === 'look') return check(kind, timing)
      if (kind === 'login') return signIn(undefined, timing)
      if (kind === 'guess') {
        const member = pick(members)
        if (member) await generator.login(member.user, { password: WRONG_PASSWORD, ...timing })
        return
      }
      const visit = pick(live)
      // If too few sessions are left, a user signs in instead.
      if (!visit || live.length < users / 2) return signIn(undefined, timing)
      await change(kind, visit, timing)
    },

    /** Checks revoked and live sessions and reads rows, when nothing else runs. */
    async checkAll(most = 400): Promise<void> {
      const visits = [...revoked.slice(-most / 2), ...live.slice(-most / 2)]
      await inParallel(4, visits, async ({ held }) => {
        await generator.me(held)
        await generator.look(held)
      })
      await inParallel(4, [...left.slice(-most / 2), ...members.slice(-most / 2)], ({ user }) =>
        generator.snapshot(user),
      )
    },

    close() {
      generator.close()
      atAuthorizer.close()
    },
  }
}

const AUTHORIZER = ', by the authorizer'

/** Whether an authorizer decided: an HTTP API responds 500 to any failure of its authorizer. */
export const isAuthorized = ({ run }: Pick<Operation, 'run'>): boolean => run.endsWith(AUTHORIZER)
