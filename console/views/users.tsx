import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import {
  isComplete,
  isFiltered,
  isLoading,
  loadAll,
  loadedCount,
  matches,
  openDirectory,
  problem,
  query,
  reload,
  rows,
  scopeFilter,
  scrollTop,
  showMore,
  statusFilter,
  stop,
} from '../directory.ts'
import { goTo } from '../navigation.ts'
import { CreateUser } from '../parts/create-user.tsx'
import { DeskPage } from '../parts/desk-page.tsx'
import { Heading } from '../parts/heading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { UserFilters } from '../parts/user-filters.tsx'
import { UserTable } from '../parts/user-table.tsx'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { mayWrite, type Viewer } from '../viewer.ts'

const SEARCH_DELAY_MS = 250
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const USER_ID = /^[\w-]{22}$/

/** Finds users as the administrator types, and lists them in a table. */
export function UsersView({ viewer }: { viewer: Viewer }) {
  const creating = useSignal(false)
  useEffect(() => openDirectory(viewer.user.id), [])
  useLayoutEffect(() => {
    scrollTo({ top: scrollTop.peek() })
    const remember = () => {
      scrollTop.value = scrollY
    }
    addEventListener('scroll', remember, { passive: true })
    return () => removeEventListener('scroll', remember)
  }, [])
  // A filter looks at all users, as soon as the administrator has paused.
  useEffect(() => {
    if (!isFiltered.value) return
    const timer = setTimeout(() => void loadAll(), SEARCH_DELAY_MS)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [query.value, statusFilter.value, scopeFilter.value])

  // Enter leads to the user of a whole address or id at once, however many users there are.
  const open = useAction(async () => {
    const words = query.value.trim()
    if (EMAIL.test(words)) {
      const { users } = await callService('GET /admin/users', { query: { email: words } })
      if (users[0]) return goTo({ name: 'user', userId: users[0].id })
    }
    const [only, second] = matches.value
    if (only && !second) return goTo({ name: 'user', userId: only.id })
    if (USER_ID.test(words)) goTo({ name: 'user', userId: words })
  })

  const { title, lead, create, more, none, shown, looked, stopLooking } = deskText.users
  const found = matches.value
  return (
    <DeskPage>
      <div class="head">
        <div>
          <Heading>{title}</Heading>
          <p class="lead">{lead}</p>
        </div>
        {mayWrite.value && (
          <button
            type="button"
            onClick={() => {
              creating.value = true
            }}
          >
            {create}
          </button>
        )}
      </div>
      <UserFilters open={open} />
      <UserTable viewerId={viewer.user.id} />
      {found.length === 0 && isComplete.value && <p class="empty">{none}</p>}
      <ProblemNote problem={problem.value} />
      <div class="foot">
        <span aria-live="polite">
          {isFiltered.value
            ? looked(found.length, loadedCount.value, isComplete.value)
            : shown(Math.min(found.length, rows.value), isComplete.value ? found.length : undefined)}
        </span>
        {isFiltered.value && isLoading.value ? (
          <button type="button" onClick={stop}>
            {stopLooking}
          </button>
        ) : problem.value ? (
          <button type="button" onClick={() => (isFiltered.value ? loadAll() : showMore())}>
            {text.retry}
          </button>
        ) : (
          (!isComplete.value || found.length > rows.value) && (
            <button type="button" onClick={() => (isFiltered.value ? loadAll().then(showMore) : showMore())}>
              {more}
            </button>
          )
        )}
      </div>
      {creating.value && (
        <CreateUser
          onClose={() => {
            creating.value = false
            reload()
          }}
        />
      )}
    </DeskPage>
  )
}
