import type { ActivityEntry } from '../activity/activity-store.ts'
import { actorOf } from '../activity/actor.ts'
import { defined } from '../defined.ts'

/** An entry as responses show it: one object for each thing that happened. */
export function activityJson(entry: ActivityEntry) {
  const { subject, at, ip, userAgent, facts } = entry
  const [kind, id = ''] = subject.split(/#(.*)/s)
  return facts.map((fact) => {
    const { event, reason, sessionIds, sessions, action, from, to, status, until } = fact
    const told = {
      userId: kind === 'user' ? id : undefined,
      account: kind === 'account' ? id : undefined,
      by: actorOf(entry, fact) as string | undefined,
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
    }
    return { at: new Date(at).toISOString(), event, ...defined(told) }
  })
}
