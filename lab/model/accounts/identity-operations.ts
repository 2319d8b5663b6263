import { exchange } from './exchange.ts'
import { link, unlink } from './linking.ts'
import { callback, logoutSession, logoutSubject, replace } from './provider-session.ts'
import { FIRST } from './session.ts'

// What happens to identities. i and j are subjects at a provider, K and M sessions there: the logout of the subject i is of
// second 2, between the ID tokens of K and M.

const K = { sid: 'K', subject: 'i', issuedAt: 1 }
const M = { sid: 'M', subject: 'i', issuedAt: 3 }
const LOGOUTS = [
  logoutSession('K ends', 'K'),
  logoutSession('K ends again', 'K'),
  logoutSubject('subject ends', 'i', 2),
  logoutSubject('subject ends again', 'i', 2),
]
/** Another user links the identity. */
const OF_W = link('W links i', 'i', 'W')
/** Of a user who has linked i and j. */
export const LINKED = [
  callback('callback K', K),
  callback('callback K too', K),
  callback('callback M', M),
  exchange('exchange T', 'T', K),
  exchange('exchange T too', 'T', K),
  ...LOGOUTS,
  replace('reauthenticate'),
  replace('revoke others'),
  unlink('i'),
  unlink('i', 'unlink i too'),
  unlink('j'),
  link('link i anew', 'i', 'U'),
  OF_W,
]
export const FIRST_SIGN_INS = [
  callback('first callback', K, 'a'),
  callback('first callback too', K, 'a'),
  callback('first callback M', M, 'a'),
]

/** A person who has registered the address of another one links an identity. */
export const OF_SQUATTER = [
  link('link j', 'j', 'U', FIRST),
  callback('callback of j', { sid: 'J', subject: 'j', issuedAt: 1 }),
]
/** An identity that nobody has linked, with the address of a proven account. */
export const OF_STRANGER = callback('callback of a stranger', { sid: 'S', subject: 's', issuedAt: 1 }, 'a')
/** Of a person without an account. */
export const NEWCOMER = [...FIRST_SIGN_INS, exchange('first exchange', 'T', K, 'a'), ...LOGOUTS, OF_W]
