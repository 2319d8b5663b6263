import type { Activity } from '../client/index.ts'
import { describeDevice } from './device.ts'
import { text } from './text.ts'

/** Why a session ended, in words. @param by who acted, if it was not the user */
export function endSentence({ reason = '', by }: Pick<Activity, 'reason' | 'by'>): string {
  const { ended, endedByAdministrator, endedOtherwise } = text.activity
  if (by !== undefined && (reason === 'revoked' || reason === 'revoked_all')) return endedByAdministrator
  return entryOf(ended, reason) ?? endedOtherwise
}

/** What happened, as a sentence to the user; `undefined` for what another entry of the same request says. */
export function activitySentence(entry: Activity): string | undefined {
  const sentence = ownSentence(entry)
  const isByOther = entry.by !== undefined && entry.event !== 'session_expired'
  return sentence && isByOther ? text.activity.administrator(sentence) : sentence
}

function ownSentence(entry: Activity): string | undefined {
  const { event, userAgent = '', reason = '', action = '', from = '', to = '' } = entry
  const words = text.activity
  const device = describeDevice(userAgent).name
  switch (event) {
    case 'authn_login_success':
      return words.signedIn(device)
    case 'authn_login_fail':
      if (reason === 'wrong_password') return words.wrongPassword(device)
      return (/^wrong_/.test(reason) ? words.wrongCode : words.failed)(device)
    case 'authn_login_lock':
      return words.locked
    case 'authn_password_change':
      return words.passwordChanged
    case 'authz_change':
      return words.scopesChanged(from, to)
    case 'session_expired':
      return reason === 'replaced'
        ? undefined
        : words.devices(endSentence(entry), entry.sessions ?? entry.sessionIds?.length ?? 1)
    case 'user_created':
      return words.created
    case 'user_deleted':
      return words.deleted
    case 'user_updated':
    case 'authz_admin':
      return entryOf(words.actions, action) ?? (event === 'user_updated' ? words.updated : undefined)
    case 'session_created':
      return undefined
  }
}

/** Whether an entry may be an attack, or its answer. */
export const isWarning = ({ event }: Activity) => event === 'authn_login_fail' || event === 'authn_login_lock'

function entryOf(sentences: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(sentences, key) ? sentences[key] : undefined
}
