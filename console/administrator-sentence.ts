import type { Activity } from '../client/index.ts'
import { endSentence } from './activity-sentence.ts'
import { deskText } from './desk-text.ts'
import { text } from './text.ts'

/** What happened to a user, in words for administrators. */
export function administratorSentence(entry: Activity): string {
  const { event, reason = '', action = '', from = '', to = '', sessions, sessionIds = [] } = entry
  const { events, reasons, actions, scopesChanged } = deskText.incident
  const more = (known: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(known, key) ? (known[key] ?? key) : key
  if (event === 'session_expired')
    return text.activity.devices(endSentence(entry), sessions ?? (sessionIds.length || 1))
  if (event === 'authz_change') return scopesChanged(from, to)
  if (event === 'authz_admin' || (event === 'user_updated' && action !== '')) return more(actions, action)
  if (event === 'authn_login_fail') return text.list([events[event], more(reasons, reason)])
  return events[event]
}
