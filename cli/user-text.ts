import { userJson } from '../lib/http/representation.ts'
import type { User } from '../lib/user.ts'
import type { Column } from './table.ts'

/** A user as JSON: the representation of the HTTP routes, and whether a password is set. */
export function userDocument(user: User) {
  return { ...userJson(user), hasPassword: user.passwordHash !== undefined }
}

export const USER_COLUMNS: readonly Column<User>[] = [
  { title: 'ID', textOf: ({ id }) => id },
  { title: 'EMAIL', textOf: ({ email }) => email, maxLength: 40 },
  { title: 'NAME', textOf: ({ name = '' }) => name, maxLength: 24 },
  { title: 'STATUS', textOf: ({ status }) => status },
  { title: 'CREATED', textOf: (user) => userJson(user).createdAt.slice(0, 10) },
  { title: 'SCOPES', textOf: ({ scopes }) => scopes.join(' '), maxLength: 40 },
]

/** A user as text: the title and the text of each field. */
export function userFields(user: User): [title: string, text: string][] {
  const { id, email, emailVerified, name, scopes, status, passwordHash, mustChangePassword } = user
  return [
    ['id', id],
    ['email', `${email}${emailVerified ? '' : ' (not verified)'}`],
    ['name', name ?? ''],
    ['scopes', scopes.join(' ')],
    ['status', status],
    [
      'password',
      passwordHash === undefined ? 'none' : mustChangePassword ? 'set, must be changed at the next sign-in' : 'set',
    ],
    ['created', userJson(user).createdAt],
  ]
}

/** Names a user in a message. */
export function describeUser({ email, id }: Pick<User, 'email' | 'id'>): string {
  return `${email} (${id})`
}
