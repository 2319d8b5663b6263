import { computed, signal } from '@preact/signals'
import { Problem, type User } from '../client/index.ts'
import { callService } from './service.ts'

// The users as the administrator has loaded them. It outlives the view: going back finds the place, the search and the
// selection as they were. A search looks at all users, a page at a time, and can be stopped.

export type SortKey = 'email' | 'name' | 'createdAt'
type StatusFilter = 'any' | User['status']

const PAGE = '100'
/** How many rows are shown at once. */
const ROWS = 50

export const query = signal('')
export const statusFilter = signal<StatusFilter>('any')
export const scopeFilter = signal('')
export const sortKey = signal<SortKey | undefined>(undefined)
export const isDescending = signal(false)
export const rows = signal(ROWS)
export const selected = signal<ReadonlySet<string>>(new Set())
export const scrollTop = signal(0)

const users = signal<readonly User[]>([])
const cursor = signal<string | undefined>(undefined)
export const isComplete = signal(false)
export const isLoading = signal(false)
export const problem = signal<Problem | undefined>(undefined)
let isWanted = false
/** The user whose list this is: another administrator starts anew. */
let owner = ''

export const loadedCount = computed(() => users.value.length)
export const isFiltered = computed(
  () => query.value.trim() !== '' || statusFilter.value !== 'any' || scopeFilter.value !== '',
)

/** The scopes that the loaded users hold, with those of administration. */
export const knownScopes = computed(() => {
  const held = users.value.flatMap(({ scopes }) => scopes)
  return [...new Set(['admin:read', 'admin:revoke', 'admin:write', ...held])].sort()
})

/** The users that match, in order; the ones whose email starts with the search come first. */
export const matches = computed(() => {
  const words = query.value.trim().toLowerCase()
  const found = users.value.filter(
    (user) =>
      (statusFilter.value === 'any' || user.status === statusFilter.value) &&
      (scopeFilter.value === '' || user.scopes.includes(scopeFilter.value)) &&
      isMatch(user, words),
  )
  const key = sortKey.value
  const direction = isDescending.value ? -1 : 1
  if (key) return found.toSorted((a, b) => direction * (a[key] ?? '').localeCompare(b[key] ?? ''))
  if (words === '') return found
  return found.toSorted((a, b) => Number(b.email.startsWith(words)) - Number(a.email.startsWith(words)))
})

function isMatch({ email, name = '', id }: User, words: string): boolean {
  if (words === '' || email.includes(words) || id.toLowerCase() === words) return true
  return name.toLowerCase().includes(words)
}

/** Starts the list, or goes on with it for the same administrator. */
export function openDirectory(administratorId: string): void {
  if (owner === administratorId) return
  owner = administratorId
  forget()
  void loadPage()
}

/** Loads everything anew, such as after a change. */
export function reload(): void {
  users.value = []
  cursor.value = undefined
  isComplete.value = false
  void (isFiltered.peek() ? loadAll() : loadPage())
}

function forget(): void {
  users.value = []
  cursor.value = undefined
  isComplete.value = false
  isWanted = false
  query.value = ''
  statusFilter.value = 'any'
  scopeFilter.value = ''
  sortKey.value = undefined
  rows.value = ROWS
  selected.value = new Set()
  scrollTop.value = 0
}

/** Shows more rows, and loads more users if there are not enough. */
export async function showMore(): Promise<void> {
  rows.value += ROWS
  if (matches.value.length < rows.value) await loadPage()
}

/** Loads all users, a page at a time, until `stop` is called. */
export async function loadAll(): Promise<void> {
  isWanted = true
  while (isWanted && !isComplete.peek() && !problem.peek()) await loadPage()
}

export const stop = (): void => {
  isWanted = false
}

let pending: Promise<void> | undefined

/** Loads the next page; calls while one is on its way share it. */
function loadPage(): Promise<void> {
  pending ??= loadOnce().finally(() => {
    pending = undefined
  })
  return pending
}

async function loadOnce(): Promise<void> {
  if (isComplete.peek()) return
  isLoading.value = true
  problem.value = undefined
  const [before, after] = [owner, cursor.peek()]
  try {
    const page = await callService('GET /admin/users', { query: { limit: PAGE, ...(after && { cursor: after }) } })
    if (before !== owner || after !== cursor.peek()) return // the list was started anew
    users.value = [...users.peek(), ...page.users]
    cursor.value = page.cursor
    isComplete.value = page.cursor === undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problem.value = error
  } finally {
    isLoading.value = false
  }
}
