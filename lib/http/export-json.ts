import { defined } from '../defined.ts'
import { rfc3339 } from '../instant.ts'
import type { ExportPage } from '../privacy/export.ts'
import type { RateLimit } from '../throttling/rate-limits.ts'
import type { LastChange, User } from '../user.ts'
import { activityJson } from './activity-json.ts'
import { identitiesJson, passkeyJson, sessionJson, userJson } from './representation.ts'

/** A page of an export as JSON, without any credential or hash. */
export function exportJson({ user, sessions, rateLimits, activity, cursor }: ExportPage) {
  return {
    ...defined({
      user: user && exportedUserJson(user),
      sessions: sessions?.map(sessionJson),
      rateLimits: rateLimits?.map(rateLimitJson),
    }),
    activity: activity.flatMap(activityJson),
    ...defined({ cursor }),
  }
}

function exportedUserJson(user: User) {
  const { claiming, undo, lastChanges = [], passkeys = {}, passkeyUsedAt = {} } = user
  const emails: { pendingEmail?: string; formerEmail?: string } = defined({
    pendingEmail: claiming?.email,
    formerEmail: undo?.email,
  })
  return {
    ...userJson(user),
    ...emails,
    passkeys: Object.entries(passkeys).map(([id, passkey]) => passkeyJson(id, passkey, passkeyUsedAt[id])),
    identities: identitiesJson(user.identities),
    lastChanges: lastChanges.map(changeJson),
  }
}

function changeJson({ reason, at, by }: LastChange) {
  return { reason: reason as string, at: rfc3339(at), ...defined({ by }) }
}

function rateLimitJson({ until, ...limit }: RateLimit) {
  return { ...limit, until: rfc3339(until) }
}
