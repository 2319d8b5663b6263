import { createAccounts } from '../../lib/accounts/accounts.ts'
import * as signIn from '../../lib/accounts/login.ts'
import * as reauthentication from '../../lib/accounts/reauthentication.ts'
import { UnauthenticatedError } from '../../lib/errors.ts'
import type { UserChange } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import type { Session } from '../../lib/session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { User } from '../../lib/user.ts'
import { memoryAttemptStore } from '../../testing/memory-attempt-store.ts'
import { hash, hasher, type Scene, type Stores, soon, textsOf } from '../support/observed-scene.ts'
import type { Actor } from '../support/race.ts'

// The actors of the races: each runs an operation as its route does and tells the scene what the answer promises.

/** In memory: the races hold up only calls on users and sessions. */
const attempts = createAttempts({
  store: memoryAttemptStore(),
  limits: { windowSeconds: 900, perAccount: 1_000_000, perSource: 1_000_000_000, registrationsPerSource: 1 },
  pepper: new Secret('p'.repeat(32)),
})
const FROM = { ip: '192.0.2.1', userAgent: 'tests' }

/** The services of one Lambda function. */
function services(stores: Stores, { name, now, cap = 0 }: { name: string; now: EpochSeconds; cap?: number }) {
  let time = now
  const [clock, randomText] = [() => time, textsOf(name)]
  const store = stores.users
  const sessions = createSessions({ store: stores.sessions, clock, cap, randomText })
  const pause = async () => {
    time++
  }
  return { ...createAccounts({ store, sessions, clock }), sessions, hasher, attempts, pause, log: () => {} }
}

type Services = ReturnType<typeof services>

const actor =
  (act: (scene: Scene, parts: Services, receive: () => Promise<void>) => Promise<unknown>): Actor =>
  (scene, stores, self) =>
    act(scene, services(stores, { ...self, cap: scene.setting.cap ?? 0 }), self.receive ?? (async () => {}))

/** Runs one actor after the other, as the same person. */
export const inTurn =
  (...actors: readonly Actor[]): Actor =>
  async (scene, stores, self) => {
    let last: unknown
    for (const [index, act] of actors.entries())
      last = await act(scene, stores, { ...self, name: `${self.name}${index}` })
    return last
  }

interface Login {
  readonly scopes?: readonly string[]
  readonly label?: string
  /** Sessions of the scene's beginning whose cookies the request presents. */
  readonly presents?: readonly number[]
}

export const login = (password: string, { scopes, label, presents = [] }: Login = {}) =>
  actor(async (scene, parts) => {
    const presented = presents.map((index) => scene.first(index).token.reveal())
    const request = { email: scene.user.email, password: new Secret(password), label, presented, ...FROM }
    const created = await signIn.login(parts, { ...request, scopes: scopes as Scope[] | undefined }, soon())
    await scene.revoked([...created.revokedByCap, ...created.replaced.map(({ id }) => id)], 'a login')
    await scene.revokedBelow(created.user.id, created.session.userEpoch, 'a login') // also if another operation began the revocation
    scene.hold(created, password)
    return created
  })

/** Authenticates as the routes do that read the user of the session. */
async function signedIn(scene: Scene, { sessions, users }: Services, index: number) {
  const held = scene.first(index)
  const session = await sessions.check(held.token.reveal())
  const user = session && (await users.ofSession(session, soon()))
  if (!session || !user) throw new UnauthenticatedError(true)
  return { session, user }
}

export const changePassword = (current: string, next: string, { by = 0 } = {}) =>
  actor(async (scene, parts, receive) => {
    const signed: { session: Session; user: User } = await signedIn(scene, parts, by)
    scene.touched.add(signed.session.id)
    const passwords = { password: new Secret(current), newPassword: new Secret(next) }
    const created = await reauthentication.changePassword(parts, { ...signed, ...passwords }, FROM, soon())
    await receive()
    await scene.revokedBelow(created.user.id, created.user.epoch, 'a change of password')
    scene.hold(created, next, signed.session.id)
    return created
  })

export const reauthenticate = (password: string, { by = 0 } = {}) =>
  actor(async (scene, parts, receive) => {
    const signed = await signedIn(scene, parts, by)
    scene.touched.add(signed.session.id)
    const created = await reauthentication.reauthenticate(
      parts,
      { ...signed, password: new Secret(password) },
      FROM,
      soon(),
    )
    await receive()
    await scene.revoked([signed.session.id], 'a reauthentication')
    scene.hold(created, password, signed.session.id)
    return created
  })

export const logout = ({ of = 0 } = {}) =>
  actor(async (scene, { sessions }) => {
    const { session, token } = scene.first(of)
    const succeed = scene.beginRevocation(session.id)
    const revoked = await sessions.revokePresented(token.reveal(), soon())
    await succeed('a logout')
    return revoked
  })

/** By an administrator, or by the user from another device. */
export const revoke = ({ of = 0 } = {}) =>
  actor(async (scene, { users, sessions, revocations }) => {
    const { id } = scene.first(of).session
    const succeed = scene.beginRevocation(id)
    const owner = await users.require(scene.user.id, soon())
    const outcome = await sessions.revoke(owner.id, id, soon())
    await revocations.finishPendingSweep(owner)
    await (outcome === 'absent' ? scene.revoked([id], 'a revoke that found no session') : succeed('a revoke'))
    return outcome
  })

export const revokeAllSessions = () =>
  actor(async (scene, { revocations }) => {
    const { user } = await revocations.revokeAllSessions(scene.user.id, {}, soon())
    await scene.revokedBelow(user.id, user.epoch, 'a revoke-all')
    return user
  })

export const revokeOwnSessions = () =>
  actor(async (scene, parts) => {
    const before = [...scene.held.keys()]
    const { session } = await signedIn(scene, parts, 0)
    await parts.revocations.revokeOwnSessions(session, soon())
    await scene.revoked(before, 'signing out everywhere')
  })

export const revokeOtherSessions = ({ by = 0 } = {}) =>
  actor(async (scene, parts, receive) => {
    const { session } = await signedIn(scene, parts, by)
    scene.touched.add(session.id)
    const created = await parts.revocations.revokeOtherSessions(session, FROM, soon())
    await receive()
    await scene.revokedBelow(created.user.id, created.user.epoch, 'signing out the others')
    scene.hold(created, scene.first(by).password, session.id)
    return created
  })

/** `PATCH /admin/users/{userId}`. */
export const change = (changes: { name?: string; scopes?: readonly string[]; status?: User['status'] }) =>
  actor(async (scene, { administration }) => {
    const changed = await administration.change(scene.user.id, changes as UserChange, soon())
    if (changed.user.epoch > changed.before.epoch)
      await scene.revokedBelow(scene.user.id, changed.user.epoch, 'a change of the user')
    return changed
  })

export const setPassword = (next: string) =>
  actor(async (scene, { administration }) => {
    const { user } = await administration.setPassword(scene.user.id, hash(next), soon())
    await scene.revokedBelow(user.id, user.epoch, 'setting the password')
    return user
  })

export const deleteUser = () =>
  actor(async (scene, { administration }) => {
    const { user } = await administration.delete(scene.user.id, soon())
    await scene.revokedBelow(user.id, Number.POSITIVE_INFINITY, 'deleting the user')
    return user
  })

/** Registers a user with the email of the scene's user. */
export const register = (password: string) =>
  actor((scene, { users }) => users.register({ email: scene.user.email, passwordHash: hash(password) }, soon()))

export const renew = () =>
  actor(async (scene, { sessions }) => {
    const session = await sessions.check(scene.first().token.reveal())
    return session && (await sessions.renew(session, soon()))
  })

/** As the stream function does. */
export const finish = () =>
  actor(async (scene, { users, revocations }) => {
    const user = await users.get(scene.user.id, soon())
    if (user) await revocations.finishPendingSweep(user)
  })
