import type { Mutation } from './answers.ts'
import type { Cast, TableNames } from './cast.ts'
import { eventOf, type Sample, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'

/** The sample of a function, with changes to the sample, the event, the datastore's responses or the items. */
export function sampleTrial(
  cast: Cast,
  name: string,
  sample: Partial<Sample> = {},
  { change = {}, ...datastore }: { change?: object } & Omit<Trial, 'given'> = {},
): Trial {
  const whole = { ...(samplesOf(cast)[name] ?? { method: 'GET', path: '/notes', as: 'ben' as const }), ...sample }
  return { given: { name, event: { ...eventOf(cast, name, whole), ...change } }, ...datastore }
}

/** The response to a read of a table has another item. */
const swapped = (table: keyof TableNames, index: number, nth: Mutation['nth'] = 0): { mutation: Mutation } => ({
  mutation: { nth, table, how: { way: 'swap', index } },
})
const query = (queryStringParameters: unknown) => ({ change: { queryStringParameters } })

/** Ben's item with other values. */
function benWith({ tables, items, members }: Cast, strange: Readonly<Record<string, string>>): Omit<Trial, 'given'> {
  const [, item] = items.find(([, { pk }]) => pk?.S === `user#${members.ben.id}`) ?? []
  if (!item) throw new Error('unreachable')
  const changed = Object.entries(strange).map(([name, S]) => [name, { S }])
  return { stored: [[tables.users, { ...item, ...Object.fromEntries(changed) }]] }
}

type Found = readonly [what: string, trial: (cast: Cast) => Trial]

/** Cases that the fuzz found to fail once. */
export const FOUND: readonly Found[] = [
  // A response to another call signed the user out, or let the user act as another.
  ['the row of another session: session', (cast) => sampleTrial(cast, 'get-session', {}, swapped('sessions', 0))],
  ['… introspect', (cast) => sampleTrial(cast, 'introspect', {}, swapped('sessions', 0, 1))],
  ['… authorizer', (cast) => sampleTrial(cast, 'authorizer', {}, swapped('sessions', 0))],
  ['… logout', (cast) => sampleTrial(cast, 'logout', {}, swapped('sessions', 0))],
  ['another user: session', (cast) => sampleTrial(cast, 'get-session', {}, swapped('users', 0))],
  ['… account deletion', (cast) => sampleTrial(cast, 'delete-account', {}, swapped('users', 0))],
  ['… password change', (cast) => sampleTrial(cast, 'change-password', {}, swapped('users', 0))],
  ['… an administrator reads a user', (cast) => sampleTrial(cast, 'admin-get-user', {}, swapped('users', 2, 1))],
  [
    '… and revokes their sessions',
    (cast) => sampleTrial(cast, 'admin-revoke-all-sessions', {}, swapped('users', 2, 1)),
  ],
  ['another pointer: login', (cast) => sampleTrial(cast, 'login', {}, swapped('users', 3))],
  ['rows of other users: list', (cast) => sampleTrial(cast, 'list-sessions', {}, swapped('sessions', 0, 1))],
  ['… revoke-all', (cast) => sampleTrial(cast, 'revoke-all-sessions', { query: {} }, swapped('sessions', 0, 1))],
  [
    'an item that is empty',
    (cast) =>
      sampleTrial(
        cast,
        'admin-revoke-session',
        {},
        { mutation: { nth: 0, how: { way: 'besides', name: 'Item', value: {} } } },
      ),
  ],
  // Values outside the SDK's types caused a crash.
  ...([[null], 5, [{ userId: null }], [{ scopes: { L: [null] } }]] as const).flatMap((value) =>
    ['delete-account', 'list-sessions'].map((name): Found => {
      const mutation: Mutation = { nth: 'all', table: 'sessions', how: { way: 'besides', name: 'Items', value } }
      return [`a list that is ${JSON.stringify(value)}: ${name}`, (cast) => sampleTrial(cast, name, {}, { mutation })]
    }),
  ),
  [
    'attributes that are not strings: login',
    (cast) => {
      const Item = { pk: { S: 5 }, id: { S: ['x'.repeat(21)] }, email: { S: 5 } }
      return sampleTrial(
        cast,
        'login',
        {},
        { mutation: { nth: 1, table: 'users', how: { way: 'besides', name: 'Item', value: Item } } },
      )
    },
  ],
  [
    'a user item with the id of another',
    (cast) => sampleTrial(cast, 'get-session', {}, benWith(cast, { id: cast.members.ada.id })),
  ],
  // The oracle was wrong: an email in a user's item is that user's own.
  [
    '… the email of another',
    (cast) => sampleTrial(cast, 'get-session', {}, benWith(cast, { email: cast.members.ada.email })),
  ],
  // The oracle was wrong: a byte order mark before JSON may be ignored.
  [
    'a byte order mark before the body: login',
    (cast) => {
      const { given } = sampleTrial(cast, 'login')
      const event = given.event as { body?: string }
      return { given: { ...given, event: { ...event, body: `\ufeff${event.body}` } } }
    },
  ],
  // Invocations that no event source makes caused a crash.
  ['no event: console', () => ({ given: { name: 'console', event: null } })],
  ['… logout', () => ({ given: { name: 'logout', event: null } })],
  ['… login', () => ({ given: { name: 'login', event: null } })],
  ['an email that is not a string', (cast) => sampleTrial(cast, 'admin-list-users', {}, query({ email: { a: 1 } }))],
  ['a cursor that is not a string', (cast) => sampleTrial(cast, 'admin-list-users', {}, query({ cursor: 5 }))],
  [
    'a user id in a list',
    (cast) =>
      sampleTrial(cast, 'admin-delete-user', {}, { change: { pathParameters: { userId: [cast.members.ben.id] } } }),
  ],
]
