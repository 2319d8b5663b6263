import type { ActivityEntry } from '../activity/activity-store.ts'
import { defined } from '../defined.ts'

/** An entry as responses show it: one object for each thing that happened. */
export function activityJson({ subject, at, by, ip, userAgent, facts }: ActivityEntry) {
  const [kind, id = ''] = subject.split(/#(.*)/s)
  return facts.map(({ event, reason, sessionIds, sessions, action, from, to, status, until }) => ({
    at: new Date(at).toISOString(),
    event,
    ...defined({
      userId: kind === 'user' ? id : undefined,
      account: kind === 'account' ? id : undefined,
      by: by as string | undefined,
      reason,
      sessionIds: sessionIds as readonly string[] | undefined,
      sessions,
      action,
      from,
      to,
      status,
      until,
      ip,
      userAgent,
    }),
  }))
}
