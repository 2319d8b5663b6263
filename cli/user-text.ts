import { userJson } from '../lib/http/representation.ts'
import type { User } from '../lib/user.ts'
import { type Column, layOut } from './table.ts'

/** A user in JSON: what the HTTP routes show, and whether there is a password. */
export function userDocument(user: User) {
  return { ...userJson(user), hasPassword: user.passwordHash !== undefined }
}

export const USER_COLUMNS: readonly Column<User>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'EMAIL', of: ({ email }) => email, most: 40 },
  { title: 'NAME', of: ({ name = '' }) => name, most: 24 },
  { title: 'STATUS', of: ({ status }) => status },
  { title: 'CREATED', of: (user) => userJson(user).createdAt.slice(0, 10) },
  { title: 'SCOPES', of: ({ scopes }) => scopes.join(' '), most: 40 },
]

/** A user for people, a line a field. */
export function userLines(user: User): string[] {
  const { id, email, emailVerified, name, scopes, status, passwordHash } = user
  return layOut([
    ['id', id],
    ['email', `${email}${emailVerified ? '' : ' (not verified)'}`],
    ['name', name ?? ''],
    ['scopes', scopes.join(' ')],
    ['status', status],
    ['password', passwordHash === undefined ? 'none' : 'set'],
    ['created', userJson(user).createdAt],
  ])
}

/** How a user is called in a sentence. */
export function nameOf({ email, id }: Pick<User, 'email' | 'id'>): string {
  return `${email} (${id})`
}
