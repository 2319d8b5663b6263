import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig, VARIABLES } from '../../lib/config.ts'

const DEPLOYED = { STAGE: 'prod', ORIGIN: 'https://auth.example.com' }
const problemsOf = (env: Record<string, string>, needs = {}) => {
  try {
    parseConfig(env, needs)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
  }
}

describe('parseConfig', () => {
  test('has the documented defaults', () => {
    expect(parseConfig({})).toEqual({
      stage: 'local',
      deployed: false,
      port: 4000,
      endpoint: undefined,
      tables: { sessions: 'coatcheck-local-sessions', users: 'coatcheck-local-users' },
      datastoreTimeoutMs: 800,
      policy: { idleSeconds: 604_800, lifetimeSeconds: 2_592_000, renewSeconds: 900 },
      origin: 'http://localhost:4000',
      trustedOrigins: [],
      cookie: { name: '__Host-session', sameSite: 'lax' },
      registration: 'open',
      password: { minLength: 15, bcryptCost: 12, pepper: undefined },
    })
    expect(parseConfig({ PORT: '5000' }).origin).toBe('http://localhost:5000')
    expect(parseConfig({ PORT: '80' }).origin).toBe('http://localhost')
    expect(parseConfig(DEPLOYED)).toMatchObject({
      deployed: true,
      registration: 'closed',
      tables: { users: 'coatcheck-prod-users' },
    })
  })

  test('reads every variable that is listed, and none that is not', () => {
    const read = new Set<string>()
    const env = new Proxy({} as Record<string, string>, {
      get(_, name) {
        read.add(String(name))
        return undefined
      },
    })
    parseConfig(env)
    expect([...read].sort()).toEqual([...VARIABLES, 'AWS_EXECUTION_ENV', 'NODE_ENV'].sort())
  })

  test('takes an empty value for none', () => {
    const names = ['PORT', 'TRUSTED_ORIGINS', 'COOKIE_NAME', 'SESSION_IDLE_SECONDS', 'REGISTRATION', 'PASSWORD_PEPPER']
    expect(parseConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(parseConfig({}))
  })

  test('a deployed stage needs a pepper where passwords are hashed, and https everywhere', () => {
    expect(problemsOf(DEPLOYED)).toEqual([])
    expect(problemsOf(DEPLOYED, { pepper: true })).toEqual([expect.stringContaining('`PASSWORD_PEPPER`: required')])
    expect(problemsOf({ ...DEPLOYED, PASSWORD_PEPPER: 'p'.repeat(32) }, { pepper: true })).toEqual([])
    expect(problemsOf({ ...DEPLOYED, PASSWORD_PEPPER: 'p'.repeat(31) })).toEqual([expect.stringContaining('got 31')])
    expect(problemsOf({ ...DEPLOYED, DYNAMODB_ENDPOINT: 'http://localhost:8000' })).toHaveLength(1)
    expect(problemsOf({ ...DEPLOYED, ORIGIN: 'http://auth.example.com' })).toHaveLength(1)
    expect(problemsOf({ ...DEPLOYED, TRUSTED_ORIGINS: 'http://app.example.com' })).toHaveLength(1)
    expect(problemsOf({ STAGE: 'prod' })).toEqual([expect.stringContaining('`ORIGIN`')])
  })

  test.each([
    'https://ok.test/',
    'https://ok.test/path',
    'https://ok.test?q',
    'https://ok.test#f',
    'ok.test',
    '//ok.test',
    'null',
    'https://',
    'https://OK.test',
    'https://ok.test:443',
    'ftp://ok.test',
    '*',
    'https://*.ok.test',
  ])('the trusted origin %s is refused', (origin) => {
    expect(problemsOf({ TRUSTED_ORIGINS: `https://fine.test, ${origin}` })).toEqual([
      expect.stringContaining('`TRUSTED_ORIGINS`'),
    ])
  })

  test.each([
    ['SESSION_IDLE_SECONDS', '1d'],
    ['SESSION_IDLE_SECONDS', '59'],
    ['SESSION_LIFETIME_SECONDS', '-1'],
    ['SESSION_RENEW_SECONDS', '0'],
    ['SESSION_RENEW_SECONDS', '604800'],
    ['DATASTORE_TIMEOUT_MS', '1e3'],
    ['COOKIE_NAME', 'session'],
    ['COOKIE_NAME', '__Host-a=b'],
    ['COOKIE_SAME_SITE', 'lax'],
    ['COOKIE_SAME_SITE', 'None'],
    ['REGISTRATION', 'yes'],
    ['PASSWORD_MIN_LENGTH', '7'],
    ['BCRYPT_COST', '9'],
    ['BCRYPT_COST', '15'],
    ['STAGE', 'a b'],
    ['SESSIONS_TABLE', 'a b'],
    ['PORT', '65536'],
    ['PORT', '0'],
    ['DYNAMODB_ENDPOINT', 'localhost'],
    ['DYNAMODB_ENDPOINT', 'localhost:8000'],
    ['DYNAMODB_ENDPOINT', 'ftp://localhost'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(`\`${name}\``)])
  })

  test('cheap bcrypt is for tests of a local stage only', () => {
    expect(problemsOf({ NODE_ENV: 'test', BCRYPT_COST: '4' })).toEqual([])
    expect(problemsOf({ ...DEPLOYED, NODE_ENV: 'test', BCRYPT_COST: '9' })).toHaveLength(1)
  })

  test('in Lambda the stage must be named, and not be local', () => {
    for (const env of [{}, { STAGE: 'local' }])
      expect(problemsOf({ ...env, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })).toEqual([
        expect.stringContaining('`STAGE`'),
      ])
    expect(problemsOf({ ...DEPLOYED, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })).toEqual([])
  })

  test('an origin may be left out only where that is said', () => {
    expect(problemsOf({ STAGE: 'prod' })).toHaveLength(1)
    expect(problemsOf({ STAGE: 'prod' }, { origin: false })).toEqual([])
    expect(problemsOf({ STAGE: 'prod', ORIGIN: 'https://a.test/' }, { origin: false })).toHaveLength(1)
  })

  test('reports everything at once and repeats no secret', () => {
    const env = { PORT: 'x', BCRYPT_COST: 'y', PASSWORD_PEPPER: 'short-secret', COOKIE_NAME: 'z' }
    expect(problemsOf(env)).toHaveLength(4)
    expect(problemsOf(env).join()).not.toContain('short-secret')
  })
})
