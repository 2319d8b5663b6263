import { batch, signal } from '@preact/signals'
import { clearNotice } from './notice.ts'
import { settings } from './settings.ts'

/** The views that mailed links lead to; each has a path of its own. */
const LINK_VIEWS = [
  ...(['forgotten-password', 'reset-password', 'complete-registration', 'verify-email'] as const),
  ...(['change-email', 'undo-email-change', 'accept-invitation', 'login-code'] as const),
] as const
type LinkView = (typeof LINK_VIEWS)[number]

/** A part of the account's page that a link can lead to. */
const SECTIONS = ['password', 'factors'] as const
type Section = (typeof SECTIONS)[number]

/** A view of the page. Its address is the URL's fragment, or a path below `/link/`, so that reload, back and links work. */
export type View =
  | { readonly name: 'sessions' | 'users' | 'incident' | 'invitations' | 'register' | LinkView }
  | { readonly name: 'account'; readonly section?: Section | undefined }
  | { readonly name: 'user'; readonly userId: string }

const ID = /^[\w-]{1,64}$/
/** Replaces a malformed id, which could otherwise change the path of a request. No user has it. */
const UNKNOWN_ID = 'unknown'

const linkAction = (): string | undefined => /\/link\/([\w-]+)$/.exec(location.pathname)?.[1]

function parseAddress(): View {
  const action = linkAction()
  const link = settings.sendsMail && LINK_VIEWS.find((name) => name === action)
  if (link) return { name: link }
  const [name = '', userId] = location.hash.replace(/^#\/?/, '').split('/')
  if (name === 'users') return userId ? { name: 'user', userId: ID.test(userId) ? userId : UNKNOWN_ID } : { name }
  if (name === 'account') return { name, section: SECTIONS.find((section) => section === userId) }
  if (name === 'incident' || name === 'invitations') return { name }
  return name === 'register' ? { name } : { name: 'sessions' }
}

export const view = signal<View>(parseAddress())
/** The secret of the mailed link that led to the view; empty after a reload. It is kept in memory only. */
export const linkToken = signal(takeLinkToken())

/** Reads the secret from the address and removes it there, so that no history, bookmark or screenshot has it. */
function takeLinkToken(): string {
  const token = linkAction() === undefined ? '' : location.hash.slice(1)
  if (token !== '') history.replaceState(null, '', location.href.replace(/#.*/s, ''))
  return token
}

function followAddress(): void {
  const next = parseAddress()
  const token = takeLinkToken()
  if (token === '' && hrefOf(next) === hrefOf(view.peek())) return
  // The user navigated: the notice is about the previous view.
  batch(() => {
    view.value = next
    linkToken.value = token
    clearNotice()
  })
}
addEventListener('hashchange', followAddress)
addEventListener('popstate', followAddress)

/** The link to a view. */
export function hrefOf(to: View): string {
  const link = LINK_VIEWS.find((name) => name === to.name)
  if (link) return `${settings.basePath}/link/${link}`
  // From a path below /link/, a fragment alone would not leave it.
  const page = linkAction() === undefined ? '' : `${settings.basePath}/`
  if (to.name === 'account' && to.section) return `${page}#/account/${to.section}`
  if (to.name === 'user') return `${page}#/users/${to.userId}`
  return to.name === 'sessions' ? `${page}#/` : `${page}#/${to.name}`
}

/** Opens a view after an action; unlike a link, it keeps the action's notice. The secret of a mailed link is forgotten. */
export function goTo(to: View): void {
  const href = hrefOf(to)
  // First the view: a new fragment calls the listeners, for which it must be no navigation.
  batch(() => {
    view.value = to
    linkToken.value = ''
  })
  if (linkAction() !== undefined) history.replaceState(null, '', href)
  else if (href.startsWith('#')) location.hash = href
  else history.pushState(null, '', href)
}
