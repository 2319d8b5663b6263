import type { Simulator } from '../packages.ts'
import { keyIdOf } from '../template/resolve.ts'
import type { PartitionKeys } from './condition-keys.ts'
import { judge } from './judge.ts'
import type { Role } from './roles.ts'

type Table = 'sessions' | 'users' | 'attempts' | 'outbox'
type Call = readonly [functionName: string, operation: string, table: Table, input: object]

const user = { Key: { pk: { S: 'user#1' } } }
const pointer = { Key: { pk: { S: 'email#a@example.com' } } }
const session = { Key: { userId: { S: '1' }, sessionId: { S: '2' } } }
const set = (attribute: string) => ({ UpdateExpression: `SET ${attribute} = :v` })
const project = (...names: string[]) => ({ ProjectionExpression: names.join(', ') })
const newUser = (...names: string[]) => ({
  Item: Object.fromEntries([...names, 'id'].map((name) => [name, { S: 'v' }]).concat([['pk', user.Key.pk]])),
})
const newPointer = (...names: string[]) => ({
  Item: Object.fromEntries(names.map((name) => [name, { S: 'v' }]).concat([['pk', pointer.Key.pk]])),
})
const mail = { id: { S: '1' }, kind: { S: 'email_change' }, userId: { S: '1' } }
const challenge = { key: { S: 'challenge#1' }, userId: { S: '1' } }
const invitation = { Key: { id: { S: 'invitation#1' } } }
const counter = (key: string) => ({ Key: { key: { S: key } } })
const batch = (table: string, request: object) => ({ RequestItems: { [`coatcheck-prod-${table}`]: [request] } })

/** What a function could do with its role in the wrong hands, and must not be able to. */
export const FORBIDDEN: readonly Call[] = [
  // read password hashes
  ...['list-sessions', 'admin-get-user', 'get-session', 'finish-sweeps'].flatMap((name): Call[] => [
    [name, 'GetItem', 'users', user],
    [name, 'GetItem', 'users', { ...user, ...project('passwordHash') }],
    [name, 'GetItem', 'users', { ...pointer, ...project('pk') }],
  ]),
  ['admin-list-users', 'Scan', 'users', {}],
  ['admin-list-users', 'Scan', 'users', { Select: 'COUNT' }],
  ['admin-list-users', 'Scan', 'users', { ...project('passwordHash'), Select: 'SPECIFIC_ATTRIBUTES' }],
  ['admin-list-users', 'BatchGetItem', 'users', { RequestItems: { 'coatcheck-prod-users': { Keys: [user.Key] } } }],
  ['list-sessions', 'UpdateItem', 'users', { ...user, ...set('epoch'), ReturnValues: 'ALL_OLD' }],
  ['list-sessions', 'UpdateItem', 'users', { ...user, ...set('epoch'), ReturnValues: 'ALL_NEW' }],
  ['register', 'DeleteItem', 'users', { ...user, ReturnValues: 'ALL_OLD' }],
  // become an administrator, or another user
  ['list-sessions', 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ['list-sessions', 'UpdateItem', 'users', { ...user, ...set('passwordHash') }],
  ['list-sessions', 'UpdateItem', 'users', { ...user, ...set('changeId') }],
  ['list-sessions', 'UpdateItem', 'users', { ...pointer, ...set('epoch') }],
  ['login', 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ['login', 'UpdateItem', 'users', { ...user, ...set('status') }],
  ['delete-account', 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ['admin-update-user', 'UpdateItem', 'users', { ...user, ...set('passwordHash') }],
  ['change-password', 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ['register', 'PutItem', 'users', newUser('scopes')],
  ['register', 'PutItem', 'users', newUser('emailVerified')],
  ['register', 'PutItem', 'users', newPointer('userId', 'scopes')],
  ['admin-create-user', 'PutItem', 'users', newUser('emailVerified')],
  ['register', 'DeleteItem', 'users', pointer],
  // make or widen a session
  ...['introspect', 'authorizer', 'revoke-session', 'admin-get-user'].flatMap((name): Call[] => [
    [name, 'UpdateItem', 'sessions', { ...session, ...set('scopes') }],
    [name, 'UpdateItem', 'sessions', { ...session, ...set('secretHash') }],
    [name, 'UpdateItem', 'sessions', { ...session, ...set('userEpoch') }],
    [name, 'PutItem', 'sessions', { Item: session.Key }],
  ]),
  [
    'list-sessions',
    'BatchWriteItem',
    'sessions',
    batch('sessions', { PutRequest: { Item: { ...session.Key, scopes: { L: [] } } } }),
  ],
  // become another user by a mail, a challenge or a second factor
  ...['request-password-reset', 'complete-password-reset', 'register', 'second-factor'].map(
    (name): Call => [name, 'GetItem', 'outbox', { Key: { id: { S: '1' } } }],
  ),
  ['login', 'PutItem', 'attempts', { Item: { key: { S: 'ticket#1' }, email: { S: 'v' }, expiresAt: { N: '1' } } }],
  ['send-mail', 'PutItem', 'attempts', { Item: { key: { S: 'challenge#1' }, userId: { S: '1' } } }],
  ['login', 'GetItem', 'attempts', counter('challenge#1')],
  ['register', 'UpdateItem', 'attempts', { ...counter('ticket#1'), ...set('used') }],
  ['complete-registration', 'UpdateItem', 'attempts', { ...counter('challenge#1'), ...set('used') }],
  ['second-factor', 'UpdateItem', 'attempts', { ...counter('ticket#1'), ...set('used') }],
  ...['send-mail', 'second-factor', 'begin-totp', 'verify-email'].flatMap((name): Call[] => [
    [name, 'UpdateItem', 'users', { ...user, ...set('passwordHash') }],
    [name, 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ]),
  ['send-mail', 'UpdateItem', 'users', { ...user, ...set('emailVerified') }],
  ...['register', 'complete-registration', 'admin-create-user'].map(
    (name): Call => [name, 'UpdateItem', 'users', { ...user, ...set('undo') }],
  ),
  ['send-mail', 'UpdateItem', 'users', { ...user, ...set('email') }],
  // become another user by a mailed code, a passkey or an invitation
  ['request-login-code', 'GetItem', 'outbox', { Key: { id: { S: '1' } } }],
  ['request-login-code', 'UpdateItem', 'attempts', { ...counter('code#1'), ...set('tries') }],
  ['complete-login-code', 'UpdateItem', 'attempts', { ...counter('code#1'), ...set('email') }],
  ['complete-login-code', 'UpdateItem', 'users', { ...user, ...set('scopes') }],
  ['login', 'GetItem', 'attempts', counter('code#1')],
  ['record-bounces', 'PutItem', 'attempts', { Item: { key: { S: 'passkey#1' }, purpose: { S: 'sign_in' } } }],
  ['begin-passkey', 'PutItem', 'attempts', { Item: { key: { S: 'challenge#1' }, userId: { S: '1' } } }],
  ['begin-passkey-login', 'UpdateItem', 'attempts', { ...counter('passkey#1'), ...set('userId') }],
  ['second-factor-options', 'UpdateItem', 'attempts', { ...counter('challenge#1'), ...set('userId') }],
  ['passkey-login', 'UpdateItem', 'users', { ...user, ...set('recoveryCodes') }],
  ['rename-passkey', 'UpdateItem', 'users', { ...user, ...set('passkeyCounts') }],
  ...['login', 'begin-totp', 'activate-totp', 'list-factors'].map(
    (name): Call => [name, 'UpdateItem', 'users', { ...user, ...set('passkeys') }],
  ),
  ['admin-invite-user', 'GetItem', 'outbox', invitation],
  ['admin-invite-user', 'UpdateItem', 'outbox', { ...invitation, ...set('secretHash') }],
  ['admin-invite-user', 'PutItem', 'outbox', { Item: { ...invitation.Key, secretHash: { S: 'v' } } }],
  ['admin-list-invitations', 'Scan', 'outbox', {}],
  ['admin-list-invitations', 'Scan', 'outbox', { ...project('secretHash'), Select: 'SPECIFIC_ATTRIBUTES' }],
  ['send-mail', 'UpdateItem', 'outbox', { ...invitation, ...set('scopes') }],
  ['request-password-reset', 'PutItem', 'outbox', { Item: { ...invitation.Key, email: { S: 'v' } } }],
  // change of address to one of the attacker
  ...['login', 'register', 'activate-totp', 'request-password-reset', 'complete-email-change'].map(
    (name): Call => [name, 'PutItem', 'outbox', { Item: { ...mail, email: { S: 'v' }, epoch: { N: '0' } } }],
  ),
  ['login', 'PutItem', 'attempts', { Item: { ...challenge, assurance: { N: '2' } } }],
  ...['accept-invitation', 'admin-revoke-invitation'].flatMap((name): Call[] => [
    [name, 'UpdateItem', 'outbox', { ...invitation, ...set('scopes') }],
    [name, 'PutItem', 'outbox', { Item: invitation.Key }],
    [name, 'GetItem', 'outbox', { Key: { id: { S: '1' } } }],
  ]),
  ['complete-email-change', 'UpdateItem', 'users', { ...user, ...set('passwordHash') }],
  ['begin-totp', 'UpdateItem', 'users', { ...user, ...set('totp') }],
  ['list-factors', 'UpdateItem', 'users', { ...user, ...set('totp') }],
  ['admin-get-user', 'GetItem', 'users', { ...user, ...project('totp') }],
  ['begin-totp', 'GetItem', 'users', { ...user, ...project('recoveryCodes') }],
  ['send-mail', 'SendEmail', 'outbox', { FromEmailAddress: 'Example <other@example.com>' }],
  // make a session of a token, or sign what is not hashed here
  ['issue-token', 'PutItem', 'sessions', { Item: session.Key }],
  ['issue-token', 'GetItem', 'users', { ...user, ...project('passwordHash') }],
  ...['token-keys', 'get-session', 'authorizer'].map(
    (name): Call => [name, 'Sign', 'sessions', { KeyId: keyIdOf('TokenKeyA'), MessageType: 'DIGEST' }],
  ),
  ['issue-token', 'Sign', 'sessions', { KeyId: keyIdOf('TokenKeyA'), MessageType: 'RAW' }],
  ['authorizer', 'GetItem', 'users', { ...user, ...project('pk') }],
  ['authorizer', 'DeleteItem', 'sessions', session],
  ['health', 'GetItem', 'sessions', session],
  ['console', 'GetItem', 'users', user],
  ['no-route', 'Query', 'sessions', {}],
]

/** @returns the forbidden calls that a role permits, one sentence each */
export async function findPermitted(
  simulator: Simulator,
  functions: Parameters<typeof judge>[2],
  roles: ReadonlyMap<string, Role>,
  keys: PartitionKeys,
  calls: readonly Call[] = FORBIDDEN,
): Promise<string[]> {
  const permitted: string[] = []
  for (const [functionName, operation, table, input] of calls) {
    const call = { functionName, operation, input: { TableName: `coatcheck-prod-${table}`, ...input } }
    const { denied } = await judge(simulator, [call], functions, roles, keys, { rights: false })
    if (denied.length === 0) permitted.push(`${functionName} may ${operation} ${table} with ${JSON.stringify(input)}.`)
  }
  return permitted
}
