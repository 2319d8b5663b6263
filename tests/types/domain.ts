import { createSessions, isScope, isSessionId, isUserId, type Sessions } from 'coatcheck'
import { memorySessionStore, memoryUserStore } from 'coatcheck/testing'

// Compile-only: branded types are not interchangeable.

// @ts-expect-error sessions need a store
createSessions({})
// @ts-expect-error users are no option of createSessions
createSessions({ store: memoryUserStore() })
// @ts-expect-error an option that does not exist
createSessions({ store: memorySessionStore(), ttl: 60 })

export async function end(sessions: Sessions, userId: string, sessionId: string): Promise<void> {
  // @ts-expect-error a string is no id
  await sessions.revoke(userId, sessionId)
  if (!isUserId(userId) || !isSessionId(sessionId)) return
  // @ts-expect-error the user comes first
  await sessions.revoke(sessionId, userId)
  await sessions.revoke(userId, sessionId)
}

export async function start(sessions: Sessions, userId: string, scope: string): Promise<void> {
  if (!isUserId(userId)) return
  const user = { id: userId, epoch: 0 }
  // @ts-expect-error a scope is checked before it is granted
  await sessions.create({ user, scopes: [scope], ip: '', userAgent: '' }, memoryUserStore())
  if (!isScope(scope)) return
  const created = await sessions.create({ user, scopes: [scope], ip: '', userAgent: '' }, memoryUserStore())
  // @ts-expect-error a user who was disabled meanwhile gets no session
  created.token
  // @ts-expect-error the token is no string until it is revealed
  const text: string | undefined = created?.token
  console.log(text)
}
