import { batch, computed, signal } from '@preact/signals'
import type { Session, User } from '../client/index.ts'
import { goTo } from './navigation.ts'
import { clearNotice, showNotice } from './notice.ts'
import { pendingReauthentication } from './reauthentication.ts'

/** The signed-in user and their session, as the service last reported them. */
export interface Viewer {
  readonly session: Session
  readonly user: User
}

/**
 * `starting` until the service has answered once. `interrupted` when the page's session was revoked or has expired:
 * the page stays as it is, behind a dialog that asks the user to sign in again.
 */
export type Phase = 'starting' | 'signedOut' | 'signedIn' | 'interrupted'

export const phase = signal<Phase>('starting')
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

/** Records that the user signed in on this page, for the first time or again. */
export function recordSignIn(next: Viewer): void {
  generation++
  updateViewer(next)
}

/** Records the signed-in user that the service reports. */
export function updateViewer(next: Viewer): void {
  batch(() => {
    if (viewer.peek() && currentUserId() !== next.user.id) clearUserState()
    viewer.value = next
    phase.value = 'signedIn'
  })
}

/** Records that the user signed out on this page, and shows a notice. */
export function recordSignOut(sentence = ''): void {
  generation++
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
  clearNotice()
  goTo({ name: 'sessions' })
}
