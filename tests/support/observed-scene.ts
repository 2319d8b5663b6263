import { setImmediate } from 'node:timers/promises'
import { startDeadline } from '../../lib/deadline.ts'
import type { PasswordHasher, SessionStore, UserStore } from '../../lib/ports.ts'
import { heldScopes, missingScopes, type Scope } from '../../lib/scope.ts'
import type { Secret } from '../../lib/secret.ts'
import { isValidForUser, type Session, type SessionId, type SessionPolicy, type SessionRow } from '../../lib/session.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { toSession } from '../../lib/sessions/to-session.ts'
import type { RandomText } from '../../lib/system.ts'
import type { User, UserId } from '../../lib/user.ts'
import { NOW, sampleUser } from './samples.ts'

// What an observer from outside knows of some actors. Asks for no engine: the proof has no run of tests to ask.

export interface Stores {
  readonly users: UserStore
  readonly sessions: SessionStore
}

/** Makes a datastore call when its time has come. */
export type Run = <T>(call: () => Promise<T>) => Promise<T>

export interface Place {
  readonly isEngine: boolean
  /** Of so many orders those that are drawn here. */
  readonly share: (orders: number) => number
  /** Stores on one datastore; every call of theirs goes through `run`, where there is one. */
  readonly open: () => Promise<(run?: Run) => Stores>
}

/** What a scene reads of a response with a new session. */
interface Received {
  readonly body: { readonly session: { readonly id: SessionId } }
  readonly token: Secret | undefined
}

let salt = 0
/** Salted, as bcrypt is; of the form `first` a login makes the present one. */
export const hash = (password: string, form: 'first' | 'present' = 'present') => `${form}:${++salt}:${password}`
export const passwordIn = (passwordHash = '') => passwordHash.split(':')[2]
export const hasher: PasswordHasher = {
  hash: async (password) => hash(password.reveal()),
  async verify(password, passwordHash = '') {
    if (passwordIn(passwordHash) !== password.reveal()) return 'wrong'
    return passwordHash.startsWith('first:') ? 'outdated' : 'right'
  },
}

export const soon = () => startDeadline(30)

/** Ids that tell who made them, in an order that is the same each time. */
export function textsOf(name: string): RandomText {
  let made = 0
  return (length) => `${name}-${++made}`.padEnd(length, '_')
}

/** The initial state of a scene. */
export interface Setting {
  /** The number of existing sessions. Default: 1. */
  readonly sessions?: number
  readonly scopes?: readonly string[]
  readonly status?: User['status']
  readonly cap?: number
  /** The error of each actor's clock in seconds. */
  readonly skew?: readonly number[]
  /** Whether the stored password hash is outdated. */
  readonly outdated?: boolean
  /** Whether a revoke-all was interrupted after its first write. */
  readonly pending?: boolean
  /** The timeouts of the existing sessions. */
  readonly policy?: SessionPolicy
}

interface Held extends CreatedSession {
  readonly password: string
  /** The session that this one replaced. */
  readonly replacedId?: SessionId | undefined
}

/** A request to revoke one session. It includes the successors that no caller had received when it began. */
interface Revocation {
  readonly id: SessionId
  readonly received: ReadonlySet<SessionId>
  isAnswered: boolean
}

/** Harmless items that a datastore failure may leave behind. */
interface Remains {
  /** Rows whose token was not returned to a caller. */
  readonly rows?: boolean
  /** Users without a pointer, and pointers without a user. */
  readonly users?: boolean
}

/** The existing sessions of one scene after the other. */
const KINDS: readonly { label?: string; narrowed?: boolean; daysOld?: number }[] = [
  { label: 'laptop' },
  { narrowed: true },
  { daysOld: 2 },
  {},
  { label: 'laptop', narrowed: true, daysOld: 2 },
]
let scenes = 0

/** One user, whose first password is `old`, and everything that the actors of a race do to the user. */
export class Scene {
  /** Stores whose calls are not held up. */
  readonly stores: Stores
  readonly user: User
  readonly setting: Setting
  /** The sessions whose token was returned to a caller. */
  readonly held = new Map<SessionId, Held>()
  /** The sessions that a response reported as revoked. */
  readonly over = new Set<SessionId>()
  /** The sessions that an actor has tried to revoke, whatever the outcome. */
  readonly touched = new Set<SessionId>()
  /** The rows that were created. */
  readonly put: SessionRow[] = []
  /** The users that were created. */
  readonly userIds = new Set<UserId>()
  readonly violations: string[] = []
  readonly #revocations: Revocation[] = []
  readonly #open: (run?: Run) => Stores

  private constructor(open: (run?: Run) => Stores, setting: Setting) {
    this.#open = open
    this.setting = setting
    this.stores = open()
    const { scopes = ['a', 'b'], status = 'active', outdated } = setting
    const passwordHash = hash('old', outdated ? 'first' : 'present')
    this.user = sampleUser({ passwordHash, scopes: scopes as Scope[], status })
  }

  static async open(place: Place, setting: Setting = {}): Promise<Scene> {
    // In memory a race keeps the thread to itself: this lets go of connections that an engine has closed meanwhile.
    await setImmediate()
    const scene = new Scene(await place.open(), setting)
    const { user } = scene
    const { users, sessions: store } = scene.storesOf()
    const { daysOld = 0, ...kind } = setting.policy ? {} : (KINDS[scenes++ % KINDS.length] ?? {})
    const clock = () => NOW - daysOld * 86_400
    const sessions = createSessions({ store, clock, randomText: textsOf('first'), ...setting.policy })
    const wanted = { user, scopes: heldScopes(user), ip: '', userAgent: '', ...kind }
    const beginsActive = { get: async () => ({ ...user, status: 'active' as const }) }
    const [created] = await Promise.all([
      Promise.all(Array.from({ length: setting.sessions ?? 1 }, () => sessions.create(wanted, beginsActive, soon()))),
      users.create(user, soon()),
      users.claimEmail(user.email, { userId: user.id }, undefined, soon()),
    ])
    for (const one of created) if (one) scene.hold(one, 'old')
    if (setting.pending) await users.advanceEpoch(user, 'interrupted', {}, soon())
    return scene
  }

  /** Returns the stores of one actor. */
  storesOf(run?: Run): Stores {
    return this.watched(this.#open(run))
  }

  /** Wraps stores so that the scene records new rows and users. */
  watched({ users, sessions }: Stores): Stores {
    return {
      users: {
        ...users,
        create: (user, deadline) => {
          this.userIds.add(user.id)
          return users.create(user, deadline)
        },
      },
      sessions: {
        ...sessions,
        create: (row, deadline) => {
          this.put.push(row)
          return sessions.create(row, deadline)
        },
      },
    }
  }

  /** Records a session whose token was returned to a caller who gave this password. */
  hold({ session, token }: CreatedSession, password: string, replacedId?: SessionId): void {
    const held = { session, token, password, replacedId }
    this.held.set(session.id, held)
    if (this.#revocations.some((revocation) => revocation.isAnswered && this.#includes(revocation, held)))
      this.over.add(session.id)
  }

  /** Records the new session of a response to a caller who gave this password. Its row tells what no response contains. */
  receive({ body, token }: Received, password: string, replacedId?: SessionId): CreatedSession {
    const row = this.put.find(({ id }) => id === body.session.id)
    if (!row || !token) throw new Error('The response has no session, or no token.')
    const created = { session: toSession(row), token }
    this.hold(created, password, replacedId)
    return created
  }

  /** Begins to revoke one session; the returned function records that the response reported success. */
  beginRevocation(id: SessionId): (by: string) => Promise<void> {
    const revocation: Revocation = { id, received: new Set(this.held.keys()), isAnswered: false }
    this.#revocations.push(revocation)
    this.touched.add(id)
    return async (by) => {
      revocation.isAnswered = true
      const successors = [...this.held.values()].filter((held) => this.#includes(revocation, held))
      await this.revoked([id, ...successors.map(({ session }) => session.id)], by)
    }
  }

  #includes({ id, received }: Revocation, held: Held): boolean {
    if (received.has(held.session.id)) return false
    for (let at: Held | undefined = held; at; at = at.replacedId && this.held.get(at.replacedId))
      if (at.replacedId === id) return true
    return false
  }

  /** Returns one of the existing sessions. */
  first(index = 0): Held {
    return [...this.held.values()][index] as Held
  }

  /** Records that a response reported these sessions as revoked: from now on every check must refuse them. */
  async revoked(ids: Iterable<SessionId>, by: string): Promise<void> {
    for (const id of ids) this.over.add(id)
    for (const { id } of await this.living()) this.violate(this.over.has(id) && `I1: ${id} lives when ${by} answers`)
  }

  /** Records that a response reported the user's sessions of older epochs as revoked. */
  async revokedBelow(userId: UserId, epoch: number, by: string): Promise<void> {
    const held = [...this.held.values()].map(({ session }) => session)
    const outdated = held.filter((session) => session.userId === userId && session.userEpoch < epoch)
    await this.revoked(
      outdated.map(({ id }) => id),
      by,
    )
  }

  /** Returns the sessions that a check accepts. */
  async living(among?: readonly SessionRow[]): Promise<Session[]> {
    const rows = among ?? (await this.rows())
    const get = async (_: UserId, id: SessionId) => rows.find((row) => row.id === id)
    const { check } = createSessions({ store: { ...this.stores.sessions, get }, clock: () => NOW + 1000 })
    const checked = await Promise.all([...this.held.values()].map(({ token }) => check(token.reveal())))
    return checked.filter((session) => session !== undefined)
  }

  async rows(): Promise<SessionRow[]> {
    return (await Promise.all([...this.userIds].map((id) => this.stores.sessions.list(id, soon())))).flat()
  }

  current(userId: UserId = this.user.id): Promise<User | undefined> {
    return this.stores.users.get(userId, soon())
  }

  violate(what: string | false | undefined): void {
    if (what) this.violations.push(what)
  }

  /** Checks between any two datastore calls that revoked sessions stay revoked. */
  async watch(): Promise<void> {
    if (this.over.size === 0) return
    for (const { id } of await this.living()) this.violate(this.over.has(id) && `I4: ${id} is back`)
  }

  /** Checks the invariants after a race, when all actors have finished. */
  async judge(remains: Remains = {}): Promise<void> {
    const pointer = await this.stores.users.getPointer(this.user.email, soon())
    const users = new Map<UserId, User>()
    for (const userId of this.userIds) {
      const user = await this.current(userId)
      if (!user) continue
      users.set(userId, user)
      this.violate(user.sweepPending && `a sweep of ${userId} is pending`)
      this.violate(pointer !== userId && !remains.users && `${userId} exists without a pointer`)
    }
    this.violate(pointer && !users.has(pointer) && !remains.users && 'the pointer has no user')
    const rows = await this.rows()
    for (const row of rows) this.#judgeRow(row, users.get(row.userId), remains)
    const living = new Set((await this.living(rows)).map(({ id }) => id))
    for (const [id, held] of this.held) {
      const { session, replacedId } = held
      this.violate(living.has(id) && this.over.has(id) && `I1: ${id} lives after a response reported it revoked`)
      // A revocation by the old token or id ends the successor, even if its caller has received it meanwhile.
      const mayEnd =
        this.over.has(id) ||
        this.touched.has(id) ||
        this.setting.cap !== undefined ||
        (replacedId && this.#revocations.length > 0)
      const isOutdated = !isValidForUser(session, users.get(session.userId))
      this.violate(!living.has(id) && !mayEnd && !isOutdated && `I2: ${id} is refused although no actor revoked it`)
    }
  }

  #judgeRow(row: SessionRow, user: User | undefined, remains: Remains): void {
    const held = this.held.get(row.id)
    this.violate(!held && !remains.rows && `I4: the token of the row ${row.id} was not returned to any caller`)
    if (!held) return
    const isBacked = isValidForUser(row, user)
    this.violate(!isBacked && `I3: ${row.id} outlives its epoch or its user`)
    if (!isBacked || !user) return
    const excess = missingScopes(row.scopes, heldScopes(user))
    this.violate(excess.length > 0 && `I3: ${row.id} keeps the scope ${excess}, which the user no longer holds`)
    this.violate(passwordIn(user.passwordHash) !== held.password && `I3: ${row.id} is of the password ${held.password}`)
  }
}
