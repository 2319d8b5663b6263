import { batch, computed, signal } from '@preact/signals'
import type { Session, User } from '../client/index.ts'
import { goTo } from './navigation.ts'
import { clearNotice, showNotice } from './notice.ts'
import { pendingReauthentication } from './reauthentication.ts'
import { tellOtherTabs } from './tabs.ts'
import { visitorEmail } from './visitor.ts'

/** The signed-in user and their session, as the service last reported them. */
export interface Viewer {
  readonly session: Session
  readonly user: User
  /** The email of a change that was asked for, and whose link is good. */
  readonly pendingEmail?: string | undefined
}

/**
 * `starting` until the service has answered once. `interrupted` when the page's session was revoked or has expired:
 * the page stays as it is, behind a dialog that asks the user to sign in again.
 */
export type Phase = 'starting' | 'signedOut' | 'signedIn' | 'interrupted'

export const phase = signal<Phase>('starting')

/**
 * What the page knows about the end of its session. `notKept`: the service has not accepted any request since the
 * sign-in. `repeated`: the browser sends two session cookies. `ended`: every other case, without a known reason.
 */
export type Interruption = 'ended' | 'notKept' | 'repeated'

/** Why `phase` is `interrupted`. */
export const interruption = signal<Interruption>('ended')
/** Whether the service has accepted the session since the sign-in on this page. */
let isAccepted = true
export const viewer = signal<Viewer | undefined>(undefined)

/** Whether the session has a scope. It only decides what the page offers: the service checks scopes itself. */
const hasScope = (scope: string) => computed(() => viewer.value?.session.scopes.includes(scope) ?? false)
export const mayRead = hasScope('admin:read')
export const mayWrite = hasScope('admin:write')
export const mayRevoke = hasScope('admin:revoke')

/** Lets a long action check that it does not continue as another user. */
export const currentUserId = (): string | undefined => viewer.peek()?.user.id

/** Counts sign-ins and sign-outs: a response to a request from before the latest one is out of date. */
let generation = 0
export const signInGeneration = () => generation

/** Whether the user has signed in on this page, rather than before it was opened. */
export const hasSignedInHere = signal(false)

/** Records that the user signed in on this page, for the first time or again. */
export function recordSignIn(next: Viewer): void {
  generation++
  hasSignedInHere.value = true
  tellOtherTabs()
  visitorEmail.value = ''
  updateViewer(next)
  isAccepted = false
}

/** Records the signed-in user that the service reports. */
export function updateViewer(next: Viewer): void {
  batch(() => {
    if (viewer.peek() && currentUserId() !== next.user.id) clearUserState()
    viewer.value = next
    phase.value = 'signedIn'
    isAccepted = true
  })
}

/** Records that the service accepts no session of this browser; a page with a user stays, covered. */
export function recordInterruption(cause?: 'repeated'): void {
  batch(() => {
    if (phase.peek() === 'signedIn') interruption.value = cause ?? (isAccepted ? 'ended' : 'notKept')
    phase.value = phase.peek() === 'signedIn' || phase.peek() === 'interrupted' ? 'interrupted' : 'signedOut'
  })
}

/** Records that the user signed out on this page, and shows a notice. */
export function recordSignOut(sentence = ''): void {
  generation++
  tellOtherTabs()
  batch(() => {
    clearUserState()
    phase.value = 'signedOut'
    viewer.value = undefined
    showNotice(sentence)
  })
}

/** The next user must not see notices, dialogs or the view of the previous one. */
function clearUserState(): void {
  pendingReauthentication.peek()?.(false)
  visitorEmail.value = ''
  clearNotice()
  goTo({ name: 'sessions' })
}
