import type { User } from '../../client/index.ts'
import { formatExact } from '../clock.ts'
import { csvOf, saveFile } from '../csv.ts'
import { deskText } from '../desk-text.ts'
import { isDescending, loadAll, matches, rows, type SortKey, selected, sortKey } from '../directory.ts'
import { hrefOf } from '../navigation.ts'
import { settings } from '../settings.ts'
import { EmailBadge } from './email-badge.tsx'
import { TableFrame } from './table-frame.tsx'

/** The users that match the search, as a table that can be sorted, selected and exported. */
export function UserTable({ viewerId }: { viewerId: string }) {
  const { all, columns, you, noName, exportSelected, exportAll, select } = deskText.users
  const found = matches.value.slice(0, rows.value)
  const chosen = matches.value.filter(({ id }) => selected.value.has(id))
  return (
    <>
      <div class="toolbar">
        <h2>{all}</h2>
        <button type="button" onClick={() => void (chosen.length > 0 ? save(chosen) : saveAll())}>
          {chosen.length > 0 ? exportSelected(chosen.length) : exportAll}
        </button>
      </div>
      <TableFrame label={all}>
        <thead>
          <tr>
            <td />
            <Sortable by="email">{columns.email}</Sortable>
            <Sortable by="name">{columns.name}</Sortable>
            <th scope="col">{columns.status}</th>
            <th scope="col">{columns.scopes}</th>
            <Sortable by="createdAt">{columns.created}</Sortable>
          </tr>
        </thead>
        <tbody>
          {found.map((user) => (
            <tr key={user.id}>
              <td>
                <label class="tick">
                  <span class="visually-hidden">{select(user.email)}</span>
                  <input type="checkbox" checked={selected.value.has(user.id)} onChange={() => toggle(user.id)} />
                </label>
              </td>
              <th scope="row">
                <a href={hrefOf({ name: 'user', userId: user.id })}>
                  <bdi>{user.email}</bdi>
                </a>{' '}
                {user.id === viewerId && <span class="badge">{you}</span>}
              </th>
              <td>
                <bdi>{user.name || noName}</bdi>
              </td>
              <td>
                <Status user={user} />
              </td>
              <td class="code">{user.scopes.join(' ')}</td>
              <td>{formatExact(user.createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </>
  )
}

function Status({ user }: { user: User }) {
  const { active, disabled } = deskText.users
  return (
    <span class="badges">
      {user.status === 'disabled' ? (
        <span class="badge warning">{disabled}</span>
      ) : (
        <span class="badge neutral">{active}</span>
      )}
      {settings.sendsMail && !user.emailVerified && <EmailBadge user={user} words={deskText.user.email} />}
    </span>
  )
}

function Sortable({ by, children }: { by: SortKey; children: string }) {
  const isSorted = sortKey.value === by
  const sort = isSorted ? (isDescending.value ? 'descending' : 'ascending') : 'none'
  return (
    <th scope="col" aria-sort={sort}>
      <button
        type="button"
        class="plain sort"
        onClick={() => {
          isDescending.value = isSorted && !isDescending.peek()
          sortKey.value = by
        }}
      >
        {children}
      </button>
    </th>
  )
}

function toggle(id: string): void {
  const next = new Set(selected.peek())
  if (!next.delete(id)) next.add(id)
  selected.value = next
}

/** Exports all that match, for which all users must have been looked at. */
async function saveAll(): Promise<void> {
  await loadAll()
  save(matches.value)
}

function save(users: readonly User[]): void {
  const lines = users.map(({ id, email, emailVerified, name = '', status, scopes, createdAt }) => [
    ...[email, name, status, scopes.join(' '), createdAt, String(emailVerified), id],
  ])
  const header = ['email', 'name', 'status', 'scopes', 'createdAt', 'emailVerified', 'id']
  saveFile('users.csv', 'text/csv;charset=utf-8', csvOf([header, ...lines]))
}
