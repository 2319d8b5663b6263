import { batch, computed, signal } from '@preact/signals'
import type { Session, User } from '../client/index.ts'
import { asking } from './confirmation.ts'
import { say } from './notice.ts'
import { goTo } from './place.ts'

/** Who looks at this page, as the service last said. */
export interface Viewer {
  readonly session: Session
  readonly user: User
}

/**
 * `starting` until the service has answered once; `out` without a session; `in` with one; `ended` when the session of
 * the page has ended under it: what is on the page stays as it is behind a sign-in.
 */
export type Phase = 'starting' | 'out' | 'in' | 'ended'

export const phase = signal<Phase>('starting')
export const viewer = signal<Viewer | undefined>(undefined)

/** Whether the session holds a scope: what the page offers follows it, what the service allows does not depend on it. */
const holds = (scope: string) => computed(() => viewer.value?.session.scopes.includes(scope) ?? false)
export const mayRead = holds('admin:read')
export const mayWrite = holds('admin:write')
export const mayRevoke = holds('admin:revoke')

/** Whose page it is at the moment, for what takes a while: nothing that one began may be finished as another. */
export const ownerOf = (): string | undefined => viewer.peek()?.user.id

/** Counts what people did about their session: an answer to an older question says nothing any more. */
let turn = 0
export const turnOf = () => turn

/** Somebody has signed in, for the first time or again. */
export function signedIn(next: Viewer): void {
  turn++
  seen(next)
}

/** The service says who is signed in. */
export function seen(next: Viewer): void {
  batch(() => {
    if (viewer.peek() && ownerOf() !== next.user.id) leave()
    viewer.value = next
    phase.value = 'in'
  })
}

/** Nobody is signed in any more, by their own wish; with a last word. */
export function signedOut(word = ''): void {
  turn++
  batch(() => {
    leave()
    phase.value = 'out'
    viewer.value = undefined
    say(word)
  })
}

/** Whoever comes next finds nothing of what the one before was told, asked or looking at. */
function leave(): void {
  asking.peek()?.(false)
  say('')
  goTo({ name: 'sessions' })
}
