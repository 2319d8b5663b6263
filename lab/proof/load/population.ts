import type { Scope } from '../../../lib/scope.ts'
import type { User } from '../../../lib/user.ts'
import { createGenerator, type Held, type Timing } from '../generator.ts'
import type { RouteName } from '../guarded-routes.ts'
import type { Instant, Operation } from '../history/operation.ts'
import { inParallel } from '../parallel.ts'
import { randomFrom } from '../races/races.ts'
import { PASSWORD, WRONG_PASSWORD } from '../secrets.ts'
import { SCOPES, type System } from '../system.ts'
import type { Kind } from './schedule.ts'

// The users of a load, who sign in, call guarded routes and sign out.

interface Member {
  readonly user: User
  password: string
  changes: number
  /** Whether the user holds the scope that administrators remove and grant; `unknown` during a change, and if it fails. */
  holds: boolean | 'unknown'
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
/** The share of logins that present a session of the user. */
const SHARE_OF_PRESENTING = 0.2
/** The administrator signs in again before the login is too old for administrative routes. */
const STAFF_MS = 60_000

/** Signs all users in. The proxy must have no rules. */
export async function populate(system: System, options: PopulationOptions) {
  const { name, seed, users = 60, sessions = 2, passwordHash, routes = ['middleware', 'authorizer'] } = options
  const random = randomFrom(seed)
  const history: Operation[] = []
  const generatorOf = (run: string) => createGenerator(system, run, (operation) => history.push(operation), random)
  const generator = generatorOf(name)
  // The name of the run tells which route a check used: they refuse in different ways.
  const atAuthorizer = generatorOf(name + AUTHORIZER)

  const members: Member[] = []
  const left: Member[] = []
  let live: Visit[] = []
  const revoked: Visit[] = []
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)]

  const addMember = async (registered?: User) => {
    const user = registered ?? (await system.createUser(undefined, passwordHash))
    members.push({ user, password: PASSWORD, changes: 0, holds: true })
  }
  await inParallel(8, Array.from({ length: users }), () => addMember())
  // The scopes of an administrator and of a service that may introspect, which must be a bearer.
  const administrator = await system.createUser(['admin:read', 'admin:write', 'admin:revoke'], passwordHash)
  const introspecting = await system.createUser(['sessions:introspect'], passwordHash)
  const signInStaff = async () => ({
    admin: await generator.login(administrator),
    service: await generator.login(introspecting, { kind: 'bearer' }),
  })
  let staff: Partial<Awaited<ReturnType<typeof signInStaff>>> = {}
  // While workers and engine are cold, a login may be answered with 503.
  for (let tries = 0; !(staff.admin && staff.service) && tries < 5; tries++) staff = await signInStaff()
  if (!staff.admin || !staff.service) throw new Error('The administrator or the service of the proof cannot sign in.')
  let { admin, service } = staff as { admin: Held; service: Held }
  let staffSince = performance.now()
  const logins = Array.from({ length: sessions }, () => members).flat()
  await inParallel(4, logins, (member) => signIn(member))
  if (live.length < users / 2)
    throw new Error(`Only ${live.length} of ${users * sessions} logins of the load succeeded.`)

  async function signIn(member = pick(members), timing: Timing = {}): Promise<void> {
    if (!member) return
    const visit = random() < SHARE_OF_PRESENTING ? live.find((each) => each.member === member) : undefined
    if (visit) markRevoked([visit])
    const presented = visit?.held
    const held = await generator.login(member.user, { password: member.password, presented, ...timing })
    if (held) live.push({ held, member })
    else if (visit) markLive(visit)
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

  /** Registers a user, who becomes a member once the scopes are granted. */
  async function register(timing: Timing): Promise<void> {
    const user = await generator.register(timing)
    if (!user || (await generator.change('scope-grant', user, (await renewStaff()).admin)) !== 'ok') return
    await addMember({ ...user, scopes: [...SCOPES.kept, SCOPES.removed] as Scope[] })
  }

  async function check(op: 'me' | 'look' | 'introspect' | 'list', timing: Timing): Promise<void> {
    const visit = (random() < SHARE_OF_REVOKED && pick(revoked)) || pick(live) || pick(revoked)
    if (!visit) return signIn(undefined, timing)
    const route = pick(routes) ?? 'middleware'
    const by = route === 'authorizer' && op === 'me' ? atAuthorizer : generator
    const { held, member } = visit
    if (op === 'introspect') return void (await generator.introspect(held, (await renewStaff()).service, timing))
    if (op === 'list') {
      const viewer = random() < 0.5 ? held : (await renewStaff()).admin
      return void (await generator.list(member.user, viewer, timing))
    }
    const outcome = op === 'me' ? await by.me(held, { route, ...timing }) : await by.look(held, timing)
    // A corrupted item makes the service refuse a valid session.
    if (outcome === 'deny' && !isCorrupting()) markRevoked(live.filter((each) => each === visit))
  }

  const isCorrupting = () => system.proxy.rules.some(({ fault }) => fault === 'corrupted item')

  async function renewStaff(): Promise<{ admin: Held; service: Held }> {
    if (performance.now() - staffSince > STAFF_MS) {
      staffSince = performance.now()
      const again = await signInStaff()
      admin = again.admin ?? admin
      service = again.service ?? service
    }
    return { admin, service }
  }

  /** Another session of the user, or the administrator. */
  async function revoker(visit: Visit): Promise<Held> {
    const other = random() < 0.5 ? live.find((each) => each.member === visit.member && each !== visit) : undefined
    return other?.held ?? (await renewStaff()).admin
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
        return (await generator.revoke(held, await revoker(visit), timing)) === 'ok' || markLive(visit)
      case 'revoke-all':
        markAllRevoked()
        return generator.revokeAllSessions(user, (await renewStaff()).admin, timing)
      case 'revoke-own':
        markAllRevoked()
        return generator.revokeOwnSessions(held, timing)
      case 'scopes': {
        const { holds } = member
        const op = holds === false ? 'scope-grant' : 'scope-removal'
        if (op === 'scope-removal') markAllRevoked()
        member.holds = 'unknown'
        const by = (await renewStaff()).admin
        const outcome = await generator.change(op, user, by, { held: holds === true, ...timing })
        if (holds !== 'unknown' && outcome === 'ok') member.holds = !holds
        return
      }
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
        return generator.change('disable', user, (await renewStaff()).admin, timing)
    }
  }

  return {
    history,

    /** Performs one operation of this kind, of any user. */
    async act(kind: Kind, intended?: Instant): Promise<void> {
      const timing: Timing = intended === undefined ? {} : { intended }
      if (kind === 'me' || kind === 'look' || kind === 'introspect' || kind === 'list') return check(kind, timing)
      if (kind === 'register') return register(timing)
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
        await generator.introspect(held, service)
      })
      await inParallel(4, members.slice(-most / 2), ({ user }) => generator.list(user, admin))
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
