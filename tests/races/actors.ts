import type { User } from '../../lib/user.ts'
import { hash, type Scene, soon } from '../support/observed-scene.ts'
import type { Actor } from '../support/race.ts'
import { ADMINISTRATOR_TOKEN, call, deliver, type Instance, openInstance, type Received } from './functions.ts'

// The actors of the races: each sends a request to a function and tells the scene what the response promises. What differs
// between requests without changing what they promise is drawn.

const actor =
  (act: (scene: Scene, instance: Instance, receive: () => Promise<void>) => Promise<unknown>): Actor =>
  (scene, stores, self) =>
    act(scene, openInstance(stores, { ...self, cap: scene.setting.cap ?? 0 }), self.receive ?? (async () => {}))

/** Runs one actor after the other, as the same person. */
export const inTurn =
  (...actors: readonly Actor[]): Actor =>
  async (scene, stores, self) => {
    let last: unknown
    for (const [index, act] of actors.entries())
      last = await act(scene, stores, { ...self, name: `${self.name}${index}` })
    return last
  }

let state = 3
/** Draws one of several ways to send a request, the same sequence each time. */
function draw<Way>(...ways: readonly Way[]): Way {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0 // as in `someInterleavings`
  return ways[Math.floor((state / 2 ** 32) * ways.length)] as Way
}

/** A session's token as a cookie or as a bearer token. */
const presented = (tokenText: string) => draw({ cookie: tokenText }, { bearer: tokenText })

const administrator = { bearer: ADMINISTRATOR_TOKEN }

interface Login {
  readonly scopes?: readonly string[]
  readonly label?: string
  /** Sessions of the scene's beginning whose cookies the request presents. */
  readonly presents?: readonly number[]
}

interface LoginWay {
  readonly credential: 'cookie' | 'bearer'
  readonly ip: string
  readonly label?: string
  readonly narrowed?: boolean
}

const LOGINS: readonly LoginWay[] = [
  { credential: 'cookie', ip: '192.0.2.1' },
  { credential: 'bearer', ip: '2001:db8::1', label: 'laptop' },
  { credential: 'bearer', ip: '192.0.2.1', narrowed: true },
  { credential: 'cookie', ip: '2001:db8::1', narrowed: true, label: 'laptop' },
]

export const login = (password: string, { scopes, label, presents = [] }: Login = {}) =>
  actor(async (scene, instance) => {
    const { email, scopes: held } = scene.user
    const way = draw(...LOGINS)
    const [cookie] = presents.map((index) => scene.first(index).token.reveal())
    const body = {
      ...{ email, password, credential: way.credential },
      ...(scopes ? { scopes } : way.narrowed && held.length > 0 ? { scopes: ['account'] } : {}),
      ...(label || way.label ? { label: label ?? way.label } : {}),
    }
    const received = await call(instance, 'login', { method: 'POST', body, ip: way.ip, ...(cookie ? { cookie } : {}) })
    await scene.revoked(
      presents.map((index) => scene.first(index).session.id),
      'a login',
    )
    const created = scene.receive(received, password)
    await scene.revokedBelow(created.session.userId, created.session.userEpoch, 'a login') // also if another operation began the revocation
    return created
  })

/** A request that replaces one of the existing sessions. */
const replacing = (
  by: number,
  send: (instance: Instance, credential: object, scene: Scene) => Promise<Received>,
  promise: (scene: Scene, instance: Instance, received: Received) => Promise<unknown>,
  password?: string,
) =>
  actor(async (scene, instance, receive) => {
    const held = scene.first(by)
    scene.touched.add(held.session.id)
    const received = await send(instance, presented(held.token.reveal()), scene)
    await receive()
    await promise(scene, instance, received)
    return { ...scene.receive(received, password ?? held.password, held.session.id), epoch: instance.observed.epoch }
  })

/** What the success of a revoke-all promises. */
const revokedAll = (scene: Scene, { observed }: Instance, by: string) =>
  scene.revokedBelow(scene.user.id, observed.epoch ?? 0, by)

export const changePassword = (current: string, next: string, { by = 0 } = {}) =>
  replacing(
    by,
    (instance, credential) => {
      const body = { currentPassword: current, newPassword: next }
      return call(instance, 'change-password', { method: 'PUT', body, ...credential })
    },
    (scene, instance) => revokedAll(scene, instance, 'a change of password'),
    next,
  )

export const reauthenticate = (password: string, { by = 0 } = {}) =>
  replacing(
    by,
    (instance, credential) => call(instance, 'reauthenticate', { method: 'POST', body: { password }, ...credential }),
    (scene) => scene.revoked([scene.first(by).session.id], 'a reauthentication'),
    password,
  )

export const revokeOtherSessions = ({ by = 0 } = {}) =>
  replacing(
    by,
    (instance, credential) =>
      call(instance, 'revoke-all-sessions', { method: 'DELETE', query: { keep: 'current' }, ...credential }),
    (scene, instance) => revokedAll(scene, instance, 'signing out the others'),
  )

export const logout = ({ of = 0 } = {}) =>
  actor(async (scene, instance) => {
    const { session, token } = scene.first(of)
    const succeed = scene.beginRevocation(session.id)
    await call(instance, 'logout', { method: 'POST', ...presented(token.reveal()) })
    await succeed('a logout')
  })

/** By an administrator. */
export const revoke = ({ of = 0 } = {}) =>
  actor(async (scene, instance) => {
    const { id, userId } = scene.first(of).session
    const succeed = scene.beginRevocation(id)
    const params = { userId, sessionId: id }
    try {
      await call(instance, 'admin-revoke-session', { method: 'DELETE', params, ...administrator })
    } catch (error) {
      if ((error as { code?: string }).code !== 'not_found') throw error
      return scene.revoked([id], 'a revoke that found no session')
    }
    return succeed('a revoke')
  })

export const revokeAllSessions = () =>
  actor(async (scene, instance) => {
    const params = { userId: scene.user.id }
    await call(instance, 'admin-revoke-all-sessions', { method: 'DELETE', params, ...administrator })
    await revokedAll(scene, instance, 'a revoke-all')
    return { epoch: instance.observed.epoch }
  })

export const revokeOwnSessions = () =>
  actor(async (scene, instance) => {
    const before = [...scene.held.keys()]
    const { token } = scene.first()
    await call(instance, 'revoke-all-sessions', { method: 'DELETE', ...presented(token.reveal()) })
    await scene.revoked(before, 'signing out everywhere')
  })

/** By an administrator. */
export const change = (changes: { name?: string; scopes?: readonly string[]; status?: User['status'] }) =>
  actor(async (scene, instance) => {
    const params = { userId: scene.user.id }
    await call(instance, 'admin-update-user', { method: 'PATCH', params, body: changes, ...administrator })
    await revokedAll(scene, instance, 'a change of the user')
    return { epoch: instance.observed.epoch }
  })

/** As `coatcheck set-password` does: no function sets a password. */
export const setPassword = (next: string) =>
  actor(async (scene, instance) => {
    const { user } = await instance.administration.setPassword(scene.user.id, hash(next), soon())
    await scene.revokedBelow(user.id, user.epoch, 'setting the password')
    return user
  })

export const deleteUser = () =>
  actor(async (scene, instance) => {
    const params = { userId: scene.user.id }
    await call(instance, 'admin-delete-user', { method: 'DELETE', params, ...administrator })
    await scene.revokedBelow(scene.user.id, Number.POSITIVE_INFINITY, 'deleting the user')
  })

/** Registers a user with the email of the scene's user. */
export const register = (password: string) =>
  actor(async (scene, instance) => {
    const { body } = await call(instance, 'register', { method: 'POST', body: { email: scene.user.email, password } })
    return body.user as Pick<User, 'id'>
  })

/** As the middleware does. */
export const renew = () =>
  actor(async (scene, { sessions }) => {
    const session = await sessions.check(scene.first().token.reveal())
    return session && (await sessions.renew(session, soon()))
  })

/** By the stream of the users table. */
export const finish = () => actor((scene, instance) => deliver(instance, scene.user.id))
