import type { Instant, Operation, OperationName, Sid } from '../history/operation.ts'

// What an operation's name and answer say about sessions: what it ended or may have ended, and what it saw.

/** Operations that end all sessions of `user`, each by a new epoch. */
const END_ALL = new Set<OperationName>([
  'end-all',
  'end-own',
  'end-others',
  'password-change',
  'disable',
  'scope-removal',
  'delete-user',
])
/** Operations whose new session takes the place of the one presented. */
const REPLACING = new Set<OperationName>(['reauthenticate', 'password-change', 'end-others'])
const CREATING = new Set<OperationName>(['login', ...REPLACING])
/** Operations that present a session without its deciding anything. */
const UNGUARDED = new Set<OperationName>(['login', 'logout', 'register', 'table-snapshot', 'kill'])
/** The row alone decides; the others read the user too, and so know of an epoch whose sweep is still under way. */
const BY_ROW = new Set<OperationName>(['me', 'introspect'])

export const isEndAll = ({ op }: Operation): boolean => END_ALL.has(op)
export const isReplacing = ({ op }: Operation): boolean => REPLACING.has(op)
export const isCreating = ({ op }: Operation): boolean => CREATING.has(op)

/** Whether it changed something, or may have: without an answer, or where another's change came in between (409). */
export function mayHaveActed(operation: Operation): boolean {
  const { outcome, status } = operation
  if (outcome === 'limited') return false
  if (outcome !== 'deny') return true
  // A replacement deletes the row presented first, and then may find that it may not go on.
  return status === 409 || (status === 401 && isReplacing(operation))
}

/** Without an answer that says whether it took effect, and when. */
export const isAmbiguous = ({ outcome }: Operation): boolean => outcome === 'ambiguous' || outcome === 'unavailable'

/** Until when it may take effect; `settle` after its end where nobody knows. */
export function endOf(operation: Operation, settle: Instant): Instant {
  return isAmbiguous(operation) ? operation.returned + settle : operation.returned
}

/** The one session it ends by name. A login ends a live one that is presented with it. */
export function endedBy(operation: Operation): Sid | undefined {
  const { op, sid, target } = operation
  if (op === 'revoke') return target
  return op === 'logout' || op === 'login' || op === 'end-own' || isReplacing(operation) ? sid : undefined
}

/** Whether an end-all was answered in a way that leaves no session of before. */
export function surelyEndedAll(operation: Operation): boolean {
  return isEndAll(operation) && operation.outcome === 'ok' && operation.held !== false
}

/** What one answer says about one session. */
export interface Sighting {
  readonly operation: Operation
  readonly sid: Sid
  readonly accepted: boolean
  /** Whether the row alone was looked at. */
  readonly byRow: boolean
}

/** What an operation saw of the session it presented, and of the one it asked about. 503 and 429 see nothing. */
export function* sightingsOf(operation: Operation): Generator<Sighting> {
  const { op, sid, target, outcome, active, status } = operation
  if (sid !== undefined && !UNGUARDED.has(op)) {
    const accepted = wasAccepted(operation)
    if (accepted !== undefined) yield { operation, sid, accepted, byRow: BY_ROW.has(op) }
  }
  if (target === undefined) return
  if (op === 'introspect' && outcome === 'ok' && active !== undefined)
    yield { operation, sid: target, accepted: active, byRow: true }
  // There was no row to delete, although nobody had a reason to look for it twice.
  if (op === 'revoke' && outcome === 'deny' && status === 404)
    yield { operation, sid: target, accepted: false, byRow: true }
}

function wasAccepted(operation: Operation): boolean | undefined {
  const { op, outcome, status } = operation
  if (outcome === 'ok') return true
  if (op === 'me') return status === 401 || status === 403 ? false : undefined
  if (status === 401) return false
  // Past the session's check, refused for another reason.
  if ([404, 409, 422].includes(status)) return true
  if ([403, 429].includes(status) && (op === 'reauthenticate' || op === 'password-change')) return true
  return undefined
}

/** Whether it may have renewed the session presented; looking never does. */
export function mayRenew({ op, outcome }: Operation): boolean {
  return outcome !== 'deny' && !UNGUARDED.has(op) && op !== 'look' && op !== 'list'
}
