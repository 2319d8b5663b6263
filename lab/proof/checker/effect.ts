import type { Instant, Operation, OperationName, Sid } from '../history/operation.ts'

// What an operation and its response say about sessions: which sessions it revoked or may have revoked, and which it saw.

/** Operations that revoke all sessions of `user`, each by a new epoch. */
const REVOKE_ALL = new Set<OperationName>([
  'revoke-all',
  'revoke-own',
  'revoke-others',
  'password-change',
  'disable',
  'scope-removal',
  'delete-user',
  'enrol',
  'remove-factor',
  'add-passkey',
  'remove-passkey',
  'reset-factors',
  'reset',
  'email-change',
  'email-undo',
])
/** Operations whose new session replaces the presented one. */
const REPLACING = new Set<OperationName>([
  'reauthenticate',
  'password-change',
  'revoke-others',
  'enrol',
  'remove-factor',
  'add-passkey',
  'remove-passkey',
  'email-change',
])
const CREATING = new Set<OperationName>(['login', 'second-factor', 'passkey-login', 'code-login', ...REPLACING])
/** Operations whose response does not depend on the session that they present. */
const UNGUARDED = new Set<OperationName>([
  'register',
  'login',
  'second-factor',
  'passkey-login',
  'code-login',
  'accept',
  'reset',
  'email-undo',
  'logout',
  'table-snapshot',
])

export const isRevokeAll = ({ op }: Operation): boolean => REVOKE_ALL.has(op)
export const isReplacing = ({ op }: Operation): boolean => REPLACING.has(op)
export const isCreating = ({ op }: Operation): boolean => CREATING.has(op)

/** Whether it took effect or may have: also without a response, and with 409, when another change came in between. */
export function mayHaveActed(operation: Operation): boolean {
  const { outcome, status } = operation
  if (outcome === 'limited') return false
  if (outcome !== 'deny') return true
  // A replacement may be refused after it has deleted the presented row, but not with 409.
  return status === (isReplacing(operation) ? 401 : 409)
}

/** Whether the response leaves open if the operation took effect, and when. */
export const isAmbiguous = ({ outcome }: Operation): boolean => outcome === 'ambiguous' || outcome === 'unavailable'

/** The latest instant at which it may take effect: `settle` after an ambiguous response. */
export function latestEffect(operation: Operation, settle: Instant): Instant {
  return isAmbiguous(operation) ? operation.returned + settle : operation.returned
}

/** The session it revokes by name. A login revokes a valid session that is presented with it. */
export function revokedBy(operation: Operation): Sid | undefined {
  const { op, sid, target } = operation
  if (op === 'revoke') return target
  return op === 'logout' || op === 'login' || op === 'revoke-own' || isReplacing(operation) ? sid : undefined
}

/** Whether the response promises that no earlier session of the user is left. */
export function surelyRevokedAll(operation: Operation): boolean {
  const { outcome, code, held } = operation
  return isRevokeAll(operation) && (outcome === 'ok' || code === 'sign_in_again') && held !== false
}

/** What one response says about one session. */
export interface Sighting {
  readonly operation: Operation
  readonly sid: Sid
  readonly accepted: boolean
  /** Whether the row alone decided: other routes read the user too, and so know of an epoch before its sweep is done. */
  readonly byRow: boolean
}

/** What the response says about the presented session and about the target. 503 and 429 say nothing. */
export function* sightingsOf(operation: Operation): Generator<Sighting> {
  const { op, sid, target, outcome, status } = operation
  if (sid !== undefined && !UNGUARDED.has(op)) {
    const accepted = wasAccepted(operation)
    if (accepted !== undefined) yield { operation, sid, accepted, byRow: op === 'me' || op === 'introspect' }
  }
  if (op === 'introspect' && target !== undefined && outcome === 'ok')
    yield { operation, sid: target, accepted: operation.active === true, byRow: true }
  for (const each of operation.listed ?? []) yield { operation, sid: each, accepted: true, byRow: false }
  // There was no row to delete.
  if (op === 'revoke' && target !== undefined && outcome === 'deny' && status === 404)
    yield { operation, sid: target, accepted: false, byRow: true }
}

function wasAccepted(operation: Operation): boolean | undefined {
  const { op, outcome, status } = operation
  if (outcome === 'ok') return true
  if (op === 'me') return status === 401 || status === 403 ? false : undefined
  if (status === 401) return false
  // The session passed its check; the request was refused for another reason.
  if ([404, 409, 422].includes(status)) return true
  const canFailAfterwards = ['reauthenticate', 'password-change', 'enrol', 'add-passkey', 'remove-passkey'].includes(op)
  if ([403, 429].includes(status) && canFailAfterwards) return true
  return undefined
}

/** Whether it may have renewed the presented session. A `GET` of an account route never does. */
export function mayRenew({ op, outcome }: Operation): boolean {
  return outcome !== 'deny' && !UNGUARDED.has(op) && op !== 'look' && op !== 'list'
}
