import { batch, signal } from '@preact/signals'
import { clearNotice } from './notice.ts'

/** A view of the page. Its address is the URL's fragment, so that reload, back and links work. */
export type View =
  | { readonly name: 'sessions' | 'account' | 'users' | 'register' }
  | { readonly name: 'user'; readonly userId: string }

const ID = /^[\w-]{1,64}$/
/** Replaces a malformed id, which could otherwise change the path of a request. No user has it. */
const UNKNOWN_ID = 'unknown'

function parseHash(): View {
  const [name = '', userId] = location.hash.replace(/^#\/?/, '').split('/')
  if (name === 'users') return userId ? { name: 'user', userId: ID.test(userId) ? userId : UNKNOWN_ID } : { name }
  return name === 'account' || name === 'register' ? { name } : { name: 'sessions' }
}

export const view = signal<View>(parseHash())
addEventListener('hashchange', () => {
  const next = parseHash()
  if (hrefOf(next) === hrefOf(view.peek())) return
  // The user navigated: the notice is about the previous view.
  batch(() => {
    view.value = next
    clearNotice()
  })
})

/** The link to a view. */
export function hrefOf(to: View): string {
  if (to.name === 'user') return `#/users/${to.userId}`
  return to.name === 'sessions' ? '#/' : `#/${to.name}`
}

/** Opens a view after an action; unlike a link, it keeps the action's notice. */
export function goTo(to: View): void {
  view.value = to
  location.hash = hrefOf(to)
}
