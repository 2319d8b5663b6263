import { beforeAll, describe, expect, test } from 'vitest'
import { explainAny } from '../../cli/explain-error.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { coatcheck } from './process.ts'
import { openTestStack } from './stack.ts'

// Every error is one sentence or two on standard error; with --json one JSON object.

let environment: Record<string, string>
beforeAll(async () => {
  const stack = await openTestStack()
  environment = stack.environment
  await stack.register('ann@example.com')
  stack.close()
})

/** The settings of a deployed stage without an address: Region and credentials come from the SDK. */
const DEPLOYED = { STAGE: 'prod', PASSWORD_PEPPER: 'p'.repeat(64) }
const REGION = { AWS_REGION: 'eu-central-1' }
const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

/** Runs a command with `--json` and returns its error. */
async function errorOf(args: string[], settings: Record<string, string>) {
  const { code: exit, lines, stderr } = await coatcheck([...args.slice(0, 2), '--json', ...args.slice(2)], settings)
  expect(lines).toEqual([])
  const error = JSON.parse(stderr) as { code: string; message: string; remedy: string }
  expect(Object.keys(error)).toEqual(['code', 'message', 'remedy'])
  expect([error.message, error.remedy]).toEqual([
    expect.stringMatching(/^\S.*[.?]$/),
    expect.stringMatching(/^\S.*\.$/),
  ])
  return { exit, ...error }
}

describe('exit code 2 and code wrong_usage', () => {
  test.each([
    [['users'], /^Unknown option '--json'\.$/],
    [['users', 'frobnicate'], /^Unknown command 'frobnicate'/],
    [['users', 'show'], /^Missing required argument 'user'\.$/],
    [['users', 'show', 'ann@example.com', 'more'], /^Too many arguments for 'show'/],
    [['users', 'list', '--limits', '3'], /^Unknown option '--limits' \(Did you mean --limit\?\)\.$/],
    [['users', 'list', '--limit'], /argument missing\.$/],
    [['users', 'list', '--limit', 'ten'], /^Invalid --limit "ten"\.$/],
    [['users', 'show', 'neither'], /neither an email address nor a user id/],
    [['users', 'create', 'bob@example.com', '--scopes', 'a"b'], /^Invalid scope /],
    [['users', 'import', '/nowhere'], /^Cannot read "\/nowhere" \(ENOENT\)\.$/],
    [['sessions', 'revoke', 'ann@example.com', 'x'], /is not a session id\.$/],
    [['doctor', 'more'], /^Too many arguments for 'doctor'/],
  ])('for coatcheck %j', async (args, why) => {
    const { exit, code, message } = await errorOf(args, environment)
    expect([exit, code, message]).toEqual([2, 'wrong_usage', expect.stringMatching(why)])
  })

  test('without a terminal to confirm on', async () => {
    const { exit, code, remedy } = await errorOf(['users', 'delete', 'ann@example.com'], environment)
    expect([exit, code, remedy]).toEqual([2, 'confirmation_needed', expect.stringContaining('--yes')])
  })
})

describe('exit code 2 for a configuration with', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['no Region', { ...DEPLOYED, ...KEYS }, 'no_region', /^The Region is not set, .*Region is missing/],
    ['an invalid Region', { ...DEPLOYED, ...KEYS, AWS_REGION: 'eu central' }, 'no_region', /eu central/],
    ['no credentials', { ...DEPLOYED, ...REGION }, 'no_credentials', /^There are no usable AWS credentials/],
    ['an unknown profile', { ...DEPLOYED, ...REGION, AWS_PROFILE: 'nobody' }, 'no_credentials', /credentials/],
    [
      'a missing token file',
      { ...DEPLOYED, ...REGION, AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere', AWS_ROLE_ARN: 'arn:aws:iam::1:role/x' },
      'no_credentials',
      /ENOENT/,
    ],
    [
      'an invalid endpoint of AWS',
      { ...DEPLOYED, ...REGION, ...KEYS, AWS_ENDPOINT_URL: 'x' },
      'invalid_configuration',
      /URL/,
    ],
    ['an invalid endpoint', { DYNAMODB_ENDPOINT: 'x' }, 'invalid_configuration', /`DYNAMODB_ENDPOINT`/],
    ['an invalid stage', { STAGE: 'a b' }, 'invalid_configuration', /`STAGE`/],
    ['no stack', {}, 'no_stack', /^No local stack runs in this folder\.$/],
  ])('%s', async (_, settings, expected, why) => {
    const { exit, code, message } = await errorOf(['users', 'list'], settings)
    expect([exit, code, message]).toEqual([2, expected, expect.stringMatching(why)])
  })

  test('no pepper', async () => {
    const settings = { ...DEPLOYED, ...REGION, ...KEYS, PASSWORD_PEPPER: '' }
    for (const args of [
      ['users', 'create', 'bob@example.com'],
      ['users', 'unlock', 'ann@example.com'],
    ]) {
      const { exit, code, message } = await errorOf(args, settings)
      expect([exit, code, message]).toEqual([2, 'invalid_configuration', expect.stringContaining('`PASSWORD_PEPPER`')])
    }
  })

  test.each<[string, Record<string, string>, string]>([
    ['no Region', { ...DEPLOYED, ...KEYS }, 'no_region'],
    ['no credentials', { ...DEPLOYED, ...REGION }, 'no_credentials'],
    ['no stack', {}, 'no_stack'],
  ])('%s, for doctor', async (_, settings, expected) => {
    const json = await coatcheck(['doctor', '--json'], settings)
    expect([json.code, json.lines, JSON.parse(json.stderr).code]).toEqual([2, [], expected])
    expect((await coatcheck(['doctor'], settings)).code).toBe(2)
  })
})

describe('exit code 1', () => {
  test.each<[string[], Record<string, string>, string]>([
    [['users', 'show', 'nobody@example.com'], {}, 'not_found'],
    [['users', 'create', 'ann@example.com'], {}, 'email_taken'],
    [['sessions', 'revoke', 'ann@example.com', 's'.repeat(21)], {}, 'not_found'],
    [['users', 'list'], { USERS_TABLE: 'nowhere' }, 'table_not_found'],
    [['users', 'list'], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, 'no_answer'],
  ])('for coatcheck %j with %j', async (args, settings, expected) => {
    const { exit, code } = await errorOf(args, { ...environment, ...settings })
    expect([exit, code]).toEqual([1, expected])
  })

  test('for a password that breaks a rule', async () => {
    const args = ['users', 'create', 'bob@example.com', '--password-stdin', '--json']
    const { code, stderr } = await coatcheck(args, environment, [], { input: 'short' })
    expect([code, JSON.parse(stderr).code]).toEqual([1, 'password_rejected'])
  })
})

test('a note on standard error is JSON too with --json', async () => {
  const stack = await openTestStack()
  await stack.register('ann@example.com')
  await stack.register('bob@example.com')
  stack.close()
  const { code, lines, stderr } = await coatcheck(['users', 'list', '--limit', '1', '--json'], stack.environment)
  expect([code, lines.length, JSON.parse(stderr)]).toEqual([
    0,
    1,
    { note: expect.stringMatching(/^Only the first 1 users/) },
  ])
})

test.each([
  ['ExpiredTokenException', 400, 'credentials_rejected', 1],
  ['AccessDeniedException', 400, 'access_denied', 1],
  ['CredentialsProviderError', undefined, 'no_credentials', 2],
  ['UnknownOperationException', 400, 'unsupported', 1],
  ['InternalServerError', 500, 'rejected', 1],
])('the AWS error %s (%s) has the code %s and the exit code %i', (name, httpStatusCode, code, exitCode) => {
  const cause = Object.assign(new Error('why'), { name, $metadata: { httpStatusCode } })
  expect(explainAny(new UnavailableError('failed', { cause }))).toMatchObject({ code, exitCode })
})

test('an unexpected error is reported with its stack, and as one JSON object', () => {
  const error = new TypeError('x is not a function')
  expect(explainAny(error)).toMatchObject({
    code: 'unexpected',
    message: error.message,
    text: error.stack,
    exitCode: 1,
  })
  expect(explainAny(new Error("Cannot find package 'commander' imported from x"))).toMatchObject({
    code: 'missing_package',
    text: 'commander is not installed: npm install commander',
  })
  expect(explainAny('a string')).toMatchObject({ code: 'unexpected', text: 'a string' })
})
