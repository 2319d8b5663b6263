import { type Answer, get, put, remove, type Steps, step, update } from './call.ts'
import { firstSignIn, identityKey, userByIdentity } from './identity.ts'
import { ABSENT, any, below, type Item, none, PRESENT } from './item.ts'
import type { Context, Operation } from './play.ts'
import type { Pointer } from './pointer.ts'
import { type Held, use } from './seen.ts'
import { FIRST, finishPending, hand, newSession } from './session.ts'
import { advance, answerEnd, readUser, sweep, TRIES, type UserItem } from './user-item.ts'

// Sessions that a provider may end. Their rows name the provider's session, the subject, and the second in which the ID
// token was issued. `sid#…` is {users, ended?}, `sub#…` {ended}; both expire with what they are about.

export type ProviderSession = { readonly sid: string; readonly subject: string; readonly issuedAt: number }

const sidKey = (sid: string) => `sid#${sid}`
const subjectKey = (subject: string) => `sub#${subject}`

/** Ties the session at the provider to the user, unless it has ended. */
function* tie({ rules }: Context, sid: string, id: string): Steps<boolean> {
  const only = rules('tieSeesLogout') ? [none('ended')] : []
  const { applied }: Answer = rules('tieNotPut')
    ? yield* update(sidKey(sid), { add: { path: 'users', value: id } }, only)
    : yield* put(sidKey(sid), { users: [id] }, [any(ABSENT, PRESENT)])
  return applied === true
}

/** Whether the provider has ended the session, or the subject since the ID token. */
function* isEnded(context: Context, id: string, { sid, subject, issuedAt }: ProviderSession): Steps<boolean> {
  if (!(yield* tie(context, sid, id))) return true
  const mark = yield* get(subjectKey(subject))
  return context.rules('subjectRead') && Number(mark?.ended ?? 0) >= issuedAt
}

/** Create session, of a provider's session. */
function* newProviderSession(context: Context, user: UserItem, provider: ProviderSession): Steps<string | undefined> {
  const { rules } = context
  if (!rules('rowFirst') && (yield* isEnded(context, user.id, provider))) return undefined
  const held = { by: identityKey(provider.subject), assurance: 1, ...provider } as const
  const key = yield* newSession(context, user, held)
  if (!key) return undefined
  if (rules('rowFirst') && (yield* isEnded(context, user.id, provider))) {
    yield* remove(key, [])
    return undefined
  }
  return key
}

function answerSession(context: Context, key: string, provider: ProviderSession): void {
  hand(context, key, { by: identityKey(provider.subject), assurance: 1, ...provider })
}

/** GET /auth/oidc/{provider}/callback, once the ID token is verified. `email`: what the provider has verified. */
export const callback = (name: string, provider: ProviderSession, email?: string): Operation => ({
  name,
  *run(context) {
    const { tell } = context
    const { subject: key } = provider
    const began = yield* step('opens the callback', ({ seen }) => ({
      isRemoved: seen.removed[identityKey(key)] === true ? 1 : 0,
      unlinks: seen.unlinks[key] ?? 0,
    }))
    for (let tries = 0; tries < TRIES; tries++) {
      let user = yield* userByIdentity(context, key)
      if (!user) {
        if (email === undefined) return '403'
        const found = yield* firstSignIn(context, { key, email })
        if (found === 'again') continue
        if (typeof found === 'string') return found
        user = found
      }
      if (user.status !== 'active') return '401'
      if (user.totp) return '403' // the challenge makes the session in the same way
      const { id } = user
      yield* finishPending(context, user)
      const session = yield* newProviderSession(context, user, provider)
      if (!session) return '401'
      answerSession(context, session, provider)
      tell((seen, { store }) => {
        const other = seen.linked[key] ?? id
        if (other !== id && !seen.leaving[other] && !seen.unlinking[key])
          seen.wrong ??= `O1: ${key} signs in to two users`
        if (began?.isRemoved && id === 'U' && seen.removed[identityKey(key)])
          seen.wrong ??= `I3: ${key} signs in after its removal was answered`
        // Otherwise the sign-in came before the removal, whatever has followed.
        if (began?.unlinks === (seen.unlinks[key] ?? 0)) seen.linked[key] = id
        if (id === 'U' && email) seen.proven = true
        const { email: address } = (store[`user#${id}`] ?? {}) as Partial<UserItem>
        if (id !== 'U' && id !== 'W' && address) seen.told[id] = address
      })
      return '200'
    }
    return '409'
  },
})

/** A reauthentication, or the end of the others: a new row takes the place of the first, inherits and names it. */
export const replace = (what: 'reauthenticate' | 'revoke others'): Operation => ({
  name: what,
  *run(context) {
    const row = yield* get(FIRST)
    if (!row) return '401'
    const user = yield* readUser('U')
    if (user?.status !== 'active' || Number(row.epoch) < user.epoch) return '401'
    let epoch = user.epoch
    if (what === 'revoke others') {
      if (!(yield* advance(context, user, {}))) return '409'
      epoch++
    }
    const { by, sid = '', subject = '', issuedAt = 0 } = row as unknown as Held
    const provider = context.rules('sidInherited') ? { sid, subject, issuedAt } : {}
    const held: Held & Item = { by, assurance: 1, ...provider, replaced: FIRST }
    const session = yield* newSession(context, { ...user, epoch }, held)
    const { applied } = session ? yield* remove(FIRST, [PRESENT]) : { applied: false }
    if (session && !applied) yield* remove(session, [])
    if (what === 'revoke others') {
      yield* sweep('U', epoch)
      answerEnd(context, 'U', epoch)
    }
    if (!session || !applied) return '401'
    hand(context, session, { by, assurance: 1, sid, subject, issuedAt })
    return '200'
  },
})

function* query(id: string, isMeant: (row: Item) => boolean): Steps<readonly string[]> {
  const found = yield* step('Query sessions', ({ store }) => {
    const keys = Object.keys(store).filter((key) => key.startsWith(`session#${id}#`) && isMeant(store[key] as Item))
    return { keys }
  })
  return found?.keys ?? []
}

/** A logout token that names a session at the provider. */
export const logoutSession = (name: string, sid: string): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    const only = rules('markAlways') ? [] : [PRESENT]
    yield* update(sidKey(sid), { set: { ended: 1 } }, only)
    const marked = yield* get(sidKey(sid)) // the answer of the write, in the code
    for (const id of (marked?.users ?? []) as readonly string[]) {
      const rows = yield* query(id, (row) => row.sid === sid)
      for (const key of rows) {
        const { applied } = yield* remove(key, [PRESENT])
        if (!applied && rules('followsOn'))
          for (const successor of yield* query(id, (row) => row.replaced === key)) yield* remove(successor, [])
      }
    }
    tell((seen) => {
      seen.out[sid] = Number.MAX_SAFE_INTEGER
    })
    return '200'
  },
})

/** A logout token that names the subject alone. */
export const logoutSubject = (name: string, subject: string, issuedAt: number): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    if (rules('subjectMark'))
      yield* update(subjectKey(subject), { set: { ended: issuedAt } }, [any(none('ended'), below('ended', issuedAt))])
    for (let tries = 0; tries < TRIES; tries++) {
      const pointer = yield* get<Pointer>(identityKey(subject))
      const user = pointer && (yield* readUser(pointer.userId))
      if (!pointer || !user) break
      const identity = user.identities?.[subject]
      if (!identity || identity.claim !== pointer.claim || (rules('onceByTime') && (identity.ended ?? 0) >= issuedAt)) {
        yield* finishPending(context, user) // of whatever has ended the sessions before
        break
      }
      const set = { [`identities.${subject}.ended`]: issuedAt }
      const landed = (seen: Parameters<typeof use>[0]) => use(seen, `logout ${subject} ${issuedAt}`, name)
      if (!(yield* advance(context, user, { set }, landed))) {
        if (tries < TRIES - 1) continue
        return '503'
      }
      yield* sweep(user.id, user.epoch + 1)
      answerEnd(context, user.id, user.epoch + 1)
      break
    }
    tell((seen) => {
      seen.out[subjectKey(subject)] = Math.max(issuedAt, seen.out[subjectKey(subject)] ?? 0)
    })
    return '200'
  },
})
