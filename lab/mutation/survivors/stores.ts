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
  ...["'coatcheckLearn'", "'coatcheckGoOn'"].map((code) => ({
    file: 'lib/dynamodb/direct-call.ts',
    code,
    reason: 'The name of a step need only be another than the SDK’s.',
  })),
  ...["'deserialize'", "'low'"].map((code) => ({
    file: 'lib/dynamodb/direct-call.ts',
    code,
    reason: 'Of the steps behind the SDK’s retry and signature any would do, and it is added last.',
  })),
  {
    file: 'lib/dynamodb/direct-call.ts',
    code: "''",
    reason:
      'For the compiler: the SDK’s request has these headers; what a budget of retries is asked for is one and the same.',
  },
  {
    file: 'lib/dynamodb/direct-call.ts',
    code: "token && 'recordSuccess' in strategy",
    reason: 'There is a token where the strategy has that method: for the compiler.',
  },
  { file: 'lib/dynamodb/signature.ts', code: "''", reason: 'For the compiler: there is a date in every request.' },
  ...['last?.day === day && last.secret === secret', '{ day, secret, key }', 'second !== last.second'].map((code) => ({
    file: 'lib/dynamodb/signature.ts',
    code,
    reason: 'Made anew it is the same: kept only because it takes time.',
  })),
  {
    file: 'lib/dynamodb/item-answer.ts',
    code: '{ item: undefined }',
    reason: 'An item that is not said is undefined too.',
  },
  ...['type === undefined', "typeof value === 'string'"].map((code) => ({
    file: 'lib/dynamodb/item-answer.ts',
    code,
    reason: 'No type is no known one, and what is no text is no Base64 either: for the compiler.',
  })),
  {
    file: 'lib/dynamodb/item-answer.ts',
    code: '{ return undefined }',
    reason: 'Nothing is returned there either.',
  },
  ...['chunks.length === 1 && chunks[0]', '!stream.readableEnded'].map((code) => ({
    file: 'lib/dynamodb/read-body.ts',
    code,
    reason: 'One piece put together is the same piece, and what is resolved is not rejected any more: both save time.',
  })),
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
