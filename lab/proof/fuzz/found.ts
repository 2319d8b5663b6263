import type { Mutation } from './answers.ts'
import type { Cast, TableNames } from './cast.ts'
import { eventOf, type Sample, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'

/** A function's sample, with parts of it and of its event changed, and what is wrong beneath it. */
export function sampleTrial(
  cast: Cast,
  name: string,
  sample: Partial<Sample> = {},
  { change = {}, ...beneath }: { change?: object } & Omit<Trial, 'given'> = {},
): Trial {
  const whole = { ...(samplesOf(cast)[name] ?? { method: 'GET', path: '/notes', as: 'ben' as const }), ...sample }
  return { given: { name, event: { ...eventOf(cast, name, whole), ...change } }, ...beneath }
}

/** The first answer of a table is another item of it. */
const swapped = (table: keyof TableNames, index: number, nth: Mutation['nth'] = 0): { mutation: Mutation } => ({
  mutation: { nth, table, how: { way: 'swap', index } },
})
const query = (queryStringParameters: unknown) => ({ change: { queryStringParameters } })

/** Ben's item, with something in it that it cannot have come by. */
function benWith({ tables, items, members }: Cast, strange: Readonly<Record<string, string>>): Omit<Trial, 'given'> {
  const [, item] = items.find(([, { pk }]) => pk?.S === `user#${members.ben.id}`) ?? []
  if (!item) throw new Error('unreachable')
  const changed = Object.entries(strange).map(([name, S]) => [name, { S }])
  return { stored: [[tables.users, { ...item, ...Object.fromEntries(changed) }]] }
}

type Found = readonly [what: string, trial: (cast: Cast) => Trial]

/** What the fuzz has found, each of it kept. */
export const FOUND: readonly Found[] = [
  // Whoever got the answer to another's call was signed out, or acted as the other.
  [
    'a session’s row, answered to who asked for another: session',
    (cast) => sampleTrial(cast, 'get-session', {}, swapped('sessions', 0)),
  ],
  ['… introspect', (cast) => sampleTrial(cast, 'introspect', {}, swapped('sessions', 0, 1))],
  ['… authorizer', (cast) => sampleTrial(cast, 'authorizer', {}, swapped('sessions', 0))],
  ['… logout', (cast) => sampleTrial(cast, 'logout', {}, swapped('sessions', 0))],
  ['another user: session', (cast) => sampleTrial(cast, 'get-session', {}, swapped('users', 0))],
  ['… account deletion', (cast) => sampleTrial(cast, 'delete-account', {}, swapped('users', 0))],
  ['… password change', (cast) => sampleTrial(cast, 'change-password', {}, swapped('users', 0))],
  ['… an administrator looks at a user', (cast) => sampleTrial(cast, 'admin-get-user', {}, swapped('users', 2, 1))],
  ['… and ends their sessions', (cast) => sampleTrial(cast, 'admin-revoke-all-sessions', {}, swapped('users', 2, 1))],
  ['another pointer: login', (cast) => sampleTrial(cast, 'login', {}, swapped('users', 3))],
  [
    'the rows of others, listed as one’s own',
    (cast) => sampleTrial(cast, 'list-sessions', {}, swapped('sessions', 0, 1)),
  ],
  [
    '… swept for one’s own',
    (cast) => sampleTrial(cast, 'revoke-all-sessions', { query: {} }, swapped('sessions', 0, 1)),
  ],
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
  // What the SDK's types do not know of was a crash of ours.
  ...([[null], 5, [{ userId: null }], [{ scopes: { L: [null] } }]] as const).flatMap((value) =>
    ['delete-account', 'list-sessions'].map((name): Found => {
      const mutation: Mutation = { nth: 'all', table: 'sessions', how: { way: 'besides', name: 'Items', value } }
      return [`a list that is ${JSON.stringify(value)}: ${name}`, (cast) => sampleTrial(cast, name, {}, { mutation })]
    }),
  ),
  [
    'attributes that are no texts: login',
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
    'a user who has the id of another',
    (cast) => sampleTrial(cast, 'get-session', {}, benWith(cast, { id: cast.members.ada.id })),
  ],
  // A mistake of the oracle's: the email is this user's own, however it came to be that of another.
  [
    '… the email of another',
    (cast) => sampleTrial(cast, 'get-session', {}, benWith(cast, { email: cast.members.ada.email })),
  ],
  // Invocations that no event source makes were answered as crashes of ours.
  ['no event: console', () => ({ given: { name: 'console', event: null } })],
  ['… logout', () => ({ given: { name: 'logout', event: null } })],
  ['… login', () => ({ given: { name: 'login', event: null } })],
  ['an email that is no text', (cast) => sampleTrial(cast, 'admin-list-users', {}, query({ email: { a: 1 } }))],
  ['a cursor that is none', (cast) => sampleTrial(cast, 'admin-list-users', {}, query({ cursor: 5 }))],
  [
    'a user id in a list',
    (cast) =>
      sampleTrial(cast, 'admin-delete-user', {}, { change: { pathParameters: { userId: [cast.members.ben.id] } } }),
  ],
]
