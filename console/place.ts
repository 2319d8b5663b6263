import { batch, signal } from '@preact/signals'
import { say } from './notice.ts'

/** Where on the page people are. It stands behind the `#` of the address, so that reload, back and links work. */
export type Place =
  | { readonly name: 'sessions' | 'account' | 'people' | 'register' }
  | { readonly name: 'person'; readonly userId: string }

const ID = /^[\w-]{1,64}$/
/** Whom the service does not know either; what is no id must not become a step in a path. */
const NOBODY = 'nobody'

function read(): Place {
  const [name = '', userId] = location.hash.replace(/^#\/?/, '').split('/')
  if (name === 'people') return userId ? { name: 'person', userId: ID.test(userId) ? userId : NOBODY } : { name }
  return name === 'account' || name === 'register' ? { name } : { name: 'sessions' }
}

export const place = signal<Place>(read())
addEventListener('hashchange', () => {
  const next = read()
  if (hrefOf(next) === hrefOf(place.peek())) return
  // People went there by themselves: what had happened before is old news.
  batch(() => {
    place.value = next
    say('')
  })
})

/** The link to a place. */
export function hrefOf(to: Place): string {
  if (to.name === 'person') return `#/people/${to.userId}`
  return to.name === 'sessions' ? '#/' : `#/${to.name}`
}

/** For what an action leads to, with its notice. */
export function goTo(to: Place): void {
  place.value = to
  location.hash = hrefOf(to)
}
