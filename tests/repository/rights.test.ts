import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { logicalId } from '../../local/framework.ts'
import { readService } from '../../local/service.ts'
import { conditionBlocks, meetsConditions, type RequestContext, unguardedKeys } from '../support/iam.ts'
import { type Right, rightsByFunction, type Statement, statementsByFunction } from '../support/role.ts'

// The permissions of the templates, evaluated as IAM evaluates them.

const readTemplate = createRequire(import.meta.url)('serverless/lib/configuration/read.js')

let rights: Map<string, Right[]>
let statements: Map<string, Statement[]>
beforeAll(async () => {
  rights = await rightsByFunction()
  statements = await statementsByFunction()
})

const ATTRIBUTES = 'dynamodb:Attributes'
const KEYS = 'dynamodb:LeadingKeys'
const SELECT = 'dynamodb:Select'
const RETURN = 'dynamodb:ReturnValues'
/** The functions whose role permits a call. */
const able = (call: string, context: RequestContext) =>
  [...rights].filter(([, held]) => held.some((right) => right.allows(call, context))).map(([name]) => name)

describe('a ForAllValues condition', () => {
  const unguarded = { 'ForAllValues:StringEquals': { [ATTRIBUTES]: ['a'] } }

  test('holds if its key is absent, unless a Null condition requires the key', () => {
    expect(meetsConditions(unguarded, {})).toBe(true)
    expect(unguardedKeys(unguarded)).toEqual([ATTRIBUTES])
    const guarded = { ...unguarded, Null: { [ATTRIBUTES]: 'false' } }
    expect(meetsConditions(guarded, {})).toBe(false)
    expect(meetsConditions(guarded, { [ATTRIBUTES]: ['a'] })).toBe(true)
    expect(meetsConditions(guarded, { [ATTRIBUTES]: ['a', 'b'] })).toBe(false)
    expect(unguardedKeys(guarded)).toEqual([])
  })

  test('has a Null condition for its key in every template [AZ-09]', async () => {
    const examples = (await readdir('examples'))
      .filter((name) => !['react', 'package'].includes(name))
      .map((name) => readTemplate(resolve('examples', name, 'serverless.yml')))
    const { resources } = await readService('.', { stage: 'dev' })
    const blocks = [resources, ...(await Promise.all(examples))].map(conditionBlocks)
    expect(blocks.map(({ length }) => length > 0)).toEqual([true, true, true, false]) // orders-api has no conditions
    for (const block of blocks.flat()) expect(unguardedKeys(block), JSON.stringify(block)).toEqual([])
  })

  test('has a Null condition for its key in every page', async () => {
    const pages = (await readdir('.', { recursive: true })).filter(
      (file) => /\.(md|ts)$/.test(file) && !/node_modules|^tests\//.test(file),
    )
    for (const page of pages) {
      const text = await readFile(page, 'utf8')
      for (const [, after = ''] of text.matchAll(/ForAllValues:(.{0,400})/gs)) expect(after, page).toMatch(/\bNull\b/)
    }
  })
})

describe('the role of a function', () => {
  test('belongs to that function alone and writes only its log group [AZ-09]', async () => {
    const { functions }: { functions: Record<string, { role: string }> } = await readTemplate(resolve('serverless.yml'))
    const roles = Object.values(functions).map(({ role }) => role)
    expect(new Set(roles).size).toBe(roles.length)
    for (const [name, held] of statements) {
      const logs = held.filter(({ Action }) => Action.some((action) => action.startsWith('logs:')))
      const group = logicalId(name).replace('LambdaFunction', 'LogGroup')
      const Action = ['logs:CreateLogStream', 'logs:PutLogEvents']
      expect(logs).toEqual([{ Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': [group, 'Arn'] } }])
    }
  })

  const PK = ['user#7w1PjEKoVG0wOughSCqOT']
  /** In the order of serverless.yml. One looks whether the user keeps a way in. */
  const READING_HASHES = ['login', 'unlink-identity', 'reauthenticate', 'change-password']
  /** Verify, set up, list, export or remove second factors; in the order of serverless.yml. */
  const OF_FACTORS = [
    ...['second-factor', 'second-factor-options', 'passkey-login', 'complete-login-code', 'undo-email-change'],
    ...['provider-callback', 'exchange-token', 'list-factors'],
    ...['activate-totp', 'remove-totp', 'replace-recovery-codes'],
    ...['begin-passkey', 'add-passkey', 'rename-passkey', 'remove-passkey', 'admin-export-user'],
  ]
  test.each<[reading: string, context: RequestContext]>([
    ['the whole user', { [KEYS]: PK, [SELECT]: ['ALL_ATTRIBUTES'] }],
    [
      'the whole user, with its key as the only attribute',
      { [KEYS]: PK, [ATTRIBUTES]: ['pk'], [SELECT]: ['ALL_ATTRIBUTES'] },
    ],
    ['no attribute', { [KEYS]: PK }],
    ['the hash', { [KEYS]: PK, [ATTRIBUTES]: ['passwordHash', 'pk'], [SELECT]: ['SPECIFIC_ATTRIBUTES'] }],
  ])('permits a read that names %s only if the function verifies passwords [AZ-09]', (_, context) => {
    expect(able('GetItem users', context)).toEqual(READING_HASHES)
    expect(able('BatchGetItem users', context)).toEqual([])
    expect(able('Scan users', context)).toEqual([])
    expect(able('Query users', context)).toEqual([])
  })

  test('permits a read of second factors only if the function is about them or verifies passwords [AZ-09]', () => {
    const factors = { [KEYS]: PK, [ATTRIBUTES]: ['pk', 'totp', 'recoveryCodes'], [SELECT]: ['SPECIFIC_ATTRIBUTES'] }
    expect(able('GetItem users', factors).sort()).toEqual([...READING_HASHES, ...OF_FACTORS].sort())
  })

  test('permits a Scan only of the attributes of email pointers [AZ-09]', () => {
    const pointers = { [ATTRIBUTES]: ['pk', 'userId'], [SELECT]: ['SPECIFIC_ATTRIBUTES'] }
    expect(able('Scan users', pointers)).toEqual(['admin-list-users'])
    expect(able('Scan users', { ...pointers, [SELECT]: undefined })).toEqual([])
    expect(able('Scan users', { ...pointers, [ATTRIBUTES]: undefined })).toEqual([])
  })

  test.each(['PutItem', 'UpdateItem', 'DeleteItem'])('permits no %s that returns the stored user [AZ-09]', (action) => {
    for (const held of rights.values())
      for (const { call, attributes, allows } of held) {
        if (call !== `${action} users`) continue
        const context = { [ATTRIBUTES]: attributes, [KEYS]: PK }
        const pointer = { ...context, [KEYS]: ['email#a@example.com'] }
        const identity = { ...context, [KEYS]: ['oidc#https://idp.example.com#ada'] }
        const keys = [context, pointer, identity]
        expect(keys.filter((key) => allows(call, key))).toHaveLength(1) // each key has one prefix
        for (const value of ['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'])
          for (const key of keys) expect(allows(call, { ...key, [RETURN]: [value] })).toBe(false)
        for (const key of [KEYS, ATTRIBUTES])
          for (const known of keys) expect(allows(call, { ...known, [key]: undefined })).toBe(false)
      }
  })

  test('lets one function write tickets and one write challenges, and no counter use them up [AZ-09]', () => {
    const item = (key: string, ...names: string[]) => ({
      [KEYS]: [key],
      [ATTRIBUTES]: ['key', 'expiresAt', ...names],
      [RETURN]: ['NONE'],
    })
    expect(able('PutItem attempts', item('ticket#x', 'email'))).toEqual(['send-mail'])
    expect(able('PutItem attempts', item('challenge#x', 'userId', 'epoch'))).toEqual([
      ...['login', 'complete-login-code', 'provider-callback', 'exchange-token'],
    ])
    expect(able('PutItem attempts', item('code#x', 'email', 'salt', 'tries'))).toEqual(['request-login-code'])
    expect(able('UpdateItem attempts', item('code#x', 'used'))).toEqual(['complete-login-code'])
    for (const key of ['ticket#x', 'challenge#x', 'code#x', 'other'])
      expect(able('PutItem attempts', item(key, 'email', 'userId'))).toEqual([])
    expect(able('UpdateItem attempts', item('sid#x', 'endedAt'))).toEqual([
      ...['second-factor', 'provider-callback', 'provider-logout'],
      ...['exchange-token', 'revoke-by-provider', 'receive-signals'],
    ])
    expect(able('UpdateItem attempts', item('sub#x', 'endedAt'))).toEqual([
      ...['provider-logout', 'revoke-by-provider', 'receive-signals'],
    ])
    expect(able('UpdateItem attempts', item('used#x', 'used'))).toEqual([
      ...['exchange-token', 'revoke-by-provider', 'receive-signals'],
    ])
    expect(able('UpdateItem attempts', item('ticket#x', 'used'))).toEqual(['complete-registration'])
    expect(able('UpdateItem attempts', item('challenge#x', 'used'))).toEqual(['second-factor'])
  })

  test('lets one function make invitations, and no request for mail replace one [AZ-09]', () => {
    const item = (key: string, ...names: string[]) => ({
      [KEYS]: [key],
      [ATTRIBUTES]: ['id', 'kind', 'email', 'expiresAt', ...names],
      [RETURN]: ['NONE'],
    })
    expect(able('PutItem outbox', item('invitation#x'))).toEqual(['admin-invite-user'])
    expect(able('PutItem outbox', item('invitation#x', 'scopes'))).toEqual(['admin-invite-user'])
    expect(able('PutItem outbox', item('invitation#x', 'secretHash'))).toEqual([])
    expect(able('PutItem outbox', item('x', 'scopes'))).toEqual([])
    const used = { [KEYS]: ['invitation#x'], [ATTRIBUTES]: ['id', 'used'], [RETURN]: ['NONE'] }
    expect(able('UpdateItem outbox', used)).toEqual(['accept-invitation', 'admin-revoke-invitation', 'send-mail'])
    const outcome = { ...used, [ATTRIBUTES]: ['id', 'used', 'outcome'] }
    expect(able('UpdateItem outbox', outcome)).toEqual(['accept-invitation', 'admin-revoke-invitation'])
    const read = { [ATTRIBUTES]: ['id', 'email'], 'dynamodb:Select': ['SPECIFIC_ATTRIBUTES'] }
    expect(able('Scan outbox', read)).toEqual(['admin-list-invitations'])
    expect(able('Scan outbox', { ...read, [ATTRIBUTES]: ['id', 'secretHash'] })).toEqual([])
  })

  test('lets a function request the kinds of mail alone that it needs [AZ-09]', () => {
    const item = (...names: string[]) => ({
      [KEYS]: ['x'],
      [ATTRIBUTES]: ['id', 'kind', 'expiresAt', ...names],
      [RETURN]: ['NONE'],
    })
    expect(able('PutItem outbox', item('userId', 'email', 'epoch'))).toEqual(['request-email-change'])
    expect(able('PutItem outbox', item('userId', 'email', 'claim'))).toEqual(['complete-email-change'])
    expect(able('PutItem outbox', item('challenge'))).toEqual(['request-login-code'])
    expect(able('PutItem outbox', item('userId', 'challenge'))).toEqual([])
    const toAddresses = ['register', 'request-password-reset', 'request-email-change', 'complete-email-change']
    expect(able('PutItem outbox', item('email')).toSorted()).toEqual(
      [...toAddresses, 'admin-send-password-reset'].toSorted(),
    )
  })

  test('of replacing recovery codes cannot write an authenticator app [AZ-09]', () => {
    const changed = { [KEYS]: PK, [ATTRIBUTES]: ['pk', 'recoveryCodes', 'epoch', 'changeId'], [RETURN]: ['NONE'] }
    expect(able('UpdateItem users', changed)).toContain('replace-recovery-codes')
    const app = { ...changed, [ATTRIBUTES]: [...changed[ATTRIBUTES], 'totp'] }
    expect(able('UpdateItem users', app)).not.toContain('replace-recovery-codes')
  })

  test('of registration cannot grant a scope or verify an email [AZ-09]', () => {
    const registered = { [ATTRIBUTES]: ['email', 'id', 'passwordHash', 'pk', 'status'], [KEYS]: PK, [RETURN]: ['NONE'] }
    expect(able('PutItem users', registered)).toEqual([
      'register',
      'complete-registration',
      'accept-invitation',
      'admin-create-user',
    ])
    const granting = { ...registered, [ATTRIBUTES]: [...registered[ATTRIBUTES], 'scopes'] }
    expect(able('PutItem users', granting)).toEqual(['accept-invitation', 'admin-create-user'])
    // A mailed link proves the email, or a provider has.
    const verified = { ...registered, [ATTRIBUTES]: ['pk', 'emailVerified'] }
    expect(able('PutItem users', verified)).toEqual([
      ...['complete-registration', 'accept-invitation', 'provider-callback', 'exchange-token'],
    ])
  })
})
