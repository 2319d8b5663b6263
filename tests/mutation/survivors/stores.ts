import { forTheLog, type Survivor } from '../survivor.ts'

export const STORE_SURVIVORS: readonly Survivor[] = [
  ...forTheLog(
    'lib/dynamodb/attempt-store.ts',
    'the counter of attempts did not come to rest',
    'the mark of a source is not readable',
    'the counter of attempts is not readable',
  ),
  ...forTheLog(
    'lib/dynamodb/send.ts',
    'the datastore call failed',
    'a call without a condition was refused',
    'the datastore gave an answer that is not DynamoDB’s',
    'the datastore answered with the item of another key',
  ),
  ...forTheLog('lib/dynamodb/session-store.ts', 'a session with this id exists'),
  ...forTheLog('lib/dynamodb/user-store.ts', 'the user item is not readable', 'a user with this id exists'),
  {
    file: 'lib/dynamodb/attribute.ts',
    code: "''",
    reason: 'What stands in for no text is no scope either.',
  },
  {
    file: 'lib/dynamodb/send.ts',
    code: "'coatcheckOnce'",
    reason: 'The name of a step need only be another than the SDK’s.',
  },
  {
    file: 'lib/dynamodb/send.ts',
    code: "'low'",
    reason: 'Added last, it comes behind the SDK’s retry in any case; “with one attempt” in tests/contract says so.',
  },
  ...['userId === undefined', 'id === undefined'].map((code) => ({
    file: 'lib/dynamodb/session-item.ts',
    code,
    becomes: 'false',
    reason: 'Undefined is no id either: for the compiler.',
  })),
  ...['id === undefined', 'userId === undefined'].map((code) => ({
    file: 'lib/dynamodb/user-item.ts',
    code,
    becomes: 'false',
    reason: 'Undefined is no id either: for the compiler.',
  })),
  {
    file: 'lib/dynamodb/user-store.ts',
    code: 'userId !== undefined',
    becomes: 'true',
    reason: 'Undefined is no id either: for the compiler.',
  },
  {
    file: 'lib/dynamodb/user-store.ts',
    code: 'set[mark]?.S',
    reason: 'What is set has the mark: for the compiler.',
  },
  {
    file: 'lib/dynamodb/user-item.ts',
    code: 'userKey(id).pk?.S',
    reason: 'A key has one: for the compiler.',
  },
  {
    file: 'lib/dynamodb/user-item.ts',
    code: "''",
    reason: 'What stands in for no email is no email either.',
  },
  ...(
    [
      ['[]', 'Responses['],
      ["''", 'textOf ='],
    ] as const
  ).map(([code, within]) => ({
    file: 'lib/dynamodb/user-list.ts',
    code,
    within,
    reason: 'What stands in for no item, or for no key of one, is of nobody who is asked for.',
  })),
]
