import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { parseConsoleConfig } from '../../lib/console/console-config.ts'
import { VARIABLES } from '../../lib/environment.ts'
import { parseMailConfig } from '../../lib/mail/mail-config.ts'
import { parseTokenConfig } from '../../lib/tokens/token-config.ts'
import { LIMITS } from '../support/parts.ts'

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
  test('uses the documented defaults', () => {
    expect(parseConfig({})).toEqual({
      stage: 'local',
      deployed: false,
      port: 4000,
      endpoint: undefined,
      tables: {
        sessions: 'coatcheck-local-sessions',
        users: 'coatcheck-local-users',
        attempts: 'coatcheck-local-attempts',
        activity: 'coatcheck-local-activity',
        outbox: 'coatcheck-local-outbox',
      },
      activityDays: 90,
      events: { bus: undefined, endpoint: undefined, url: undefined },
      datastoreTimeoutMs: 800,
      policy: { idleSeconds: 604_800, lifetimeSeconds: 2_592_000, renewSeconds: 900 },
      sessionCap: 100,
      freshSeconds: 900,
      identity: { providers: undefined, secrets: undefined },
      attempts: LIMITS,
      proxy: undefined,
      origin: 'http://localhost:4000',
      trustedOrigins: [],
      relyingParty: { id: 'localhost', name: 'localhost:4000', origins: ['http://localhost:4000'] },
      allowedHeaders: [],
      cookie: { name: '__Host-session', sameSite: 'lax' },
      clearsStorageOnLogout: false,
      registration: 'open',
      mailer: undefined,
      loginCode: false,
      signInMails: false,
      mailGuard: undefined,
      factorKeys: undefined,
      strongScopes: [],
      password: {
        minLength: 15,
        bcryptCost: 12,
        breachFile: undefined,
        breachUrl: undefined,
        pepper: undefined,
        pepperVersion: 1,
        previousPepper: undefined,
      },
    })
    expect(parseConfig({ PORT: '5000' }).origin).toBe('http://localhost:5000')
    expect(parseConfig({ PORT: '80' }).origin).toBe('http://localhost')
    expect(parseConfig(DEPLOYED)).toMatchObject({
      deployed: true,
      registration: 'closed',
      strongScopes: ['admin:read', 'admin:write', 'admin:revoke'],
      tables: { users: 'coatcheck-prod-users', attempts: 'coatcheck-prod-attempts' },
    })
  })

  test('reads exactly the listed variables', () => {
    const set: Readonly<Record<string, string>> = {
      ...{ MAILER: 'smtp', SMTP_URL: 'smtp://localhost', TOKEN_KEYS: 'ES256:file:///key.pem' },
    }
    const read = new Set<string>()
    const env = new Proxy({} as Record<string, string>, {
      get(_, name) {
        read.add(String(name))
        return set[String(name)]
      },
    })
    parseMailConfig(env, parseConfig(env))
    parseConsoleConfig(env, parseConfig(env))
    parseTokenConfig(env, parseConfig(env))
    expect([...read].sort()).toEqual([...VARIABLES, 'AWS_EXECUTION_ENV', 'NODE_ENV'].sort())
  })

  test('treats an empty value as unset', () => {
    expect(parseConfig(Object.fromEntries(VARIABLES.map((name) => [name, ''])))).toEqual(parseConfig({}))
  })

  test('requires a pepper for hashing and https for every URL in a deployed stage [PW-20]', () => {
    expect(problemsOf(DEPLOYED)).toEqual([])
    expect(problemsOf(DEPLOYED, { pepper: true })).toEqual([expect.stringContaining('`PASSWORD_PEPPER`: required')])
    expect(problemsOf({ ...DEPLOYED, PASSWORD_PEPPER: 'p'.repeat(32) }, { pepper: true })).toEqual([])
    expect(problemsOf({ ...DEPLOYED, PASSWORD_PEPPER: 'p'.repeat(31) })).toEqual([expect.stringContaining('got 31')])
    expect(problemsOf({ ...DEPLOYED, DYNAMODB_ENDPOINT: 'http://localhost:8000' })).toHaveLength(1)
    expect(problemsOf({ ...DEPLOYED, ORIGIN: 'http://auth.example.com' })).toHaveLength(1)
    expect(problemsOf({ ...DEPLOYED, TRUSTED_ORIGINS: 'http://app.example.com' })).toHaveLength(1)
    expect(problemsOf({ STAGE: 'prod' })).toEqual([expect.stringContaining('`ORIGIN`')])
  })

  test('reads the allowed request headers, and refuses what is no header name', () => {
    expect(parseConfig({ CORS_ALLOWED_HEADERS: 'X-One, X-Two' }).allowedHeaders).toEqual(['X-One', 'X-Two'])
    for (const names of ['*', 'X-One;X-Two', 'X:One', 'Ä'])
      expect(problemsOf({ CORS_ALLOWED_HEADERS: names })).toEqual([expect.stringContaining('`CORS_ALLOWED_HEADERS`')])
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
    'https://*.test',
    'https://a-*.ok.test',
    'https://a.*.ok.test',
    'https://*.*.ok.test',
    'http://*.ok.test',
    'file://localhost',
    'Capacitor://localhost',
    'capacitor://localhost/',
    'capacitor://',
  ])('refuses the trusted origin %s', (origin) => {
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
    ['CLEAR_SITE_DATA_STORAGE', 'yes'],
    ['PASSWORD_MIN_LENGTH', '7'],
    ['BCRYPT_COST', '9'],
    ['BCRYPT_COST', '15'],
    ['SESSION_MAX_PER_USER', '-1'],
    ['SESSION_MAX_PER_USER', '10001'],
    ['SESSION_MAX_PER_USER', 'none'],
    ['SESSIONS_NOT_BEFORE', '1764460800'],
    ['SESSIONS_NOT_BEFORE', '2025-11-30'],
    ['SESSIONS_NOT_BEFORE', '2025-11-30T12:00:00'],
    ['SESSIONS_NOT_BEFORE', '2025-13-30T12:00:00Z'],
    ['SESSIONS_NOT_BEFORE', '2999-01-01T00:00:00Z'],
    ['SESSIONS_NOT_BEFORE', '1969-12-31T23:59:59Z'],
    ['LOG_LEVEL', 'debug'],
    ['PROBLEM_TYPE_URL', 'https://docs.example.com/problems'],
    ['EVENTS_URL', 'ftp://localhost'],
    ['EVENTS_URL', 'see http://localhost'],
    ['EVENTS_URL', 'http://localhost and more'],
    ['FRESH_SECONDS', '29'],
    ['FRESH_SECONDS', '86401'],
    ['ATTEMPTS_WINDOW_SECONDS', '9'],
    ['ATTEMPTS_WINDOW_SECONDS', '86401'],
    ['LOGIN_ATTEMPTS_PER_ACCOUNT', '0'],
    ['LOGIN_ATTEMPTS_PER_ACCOUNT', '101'],
    ['LOGIN_ATTEMPTS_PER_SOURCE', '0'],
    ['LOGIN_ATTEMPTS_PER_SOURCE', '1000001'],
    ['REGISTRATIONS_PER_SOURCE', '0'],
    ['REGISTRATIONS_PER_SOURCE', '1000001'],
    ['PASSWORD_PEPPER_VERSION', '0'],
    ['PASSWORD_PEPPER_VERSION', '1000'],
    ['STAGE', 'a b'],
    ['SESSIONS_TABLE', 'a b'],
    ['SESSIONS_TABLE', 'ab'],
    ['SESSIONS_TABLE', 'a'.repeat(256)],
    ['USERS_TABLE', ' users'],
    ['USERS_TABLE', 'users\n'],
    ['ATTEMPTS_TABLE', 'a b'],
    ['SESSION_LIFETIME_SECONDS', '34560001'],
    ['COOKIE_NAME', ' __Host-a'],
    ['COOKIE_NAME', '__Host-'],
    ['COOKIE_NAME', `__Host-${'a'.repeat(65)}`],
    ['PORT', '65536'],
    ['PORT', '0'],
    ['DYNAMODB_ENDPOINT', 'localhost'],
    ['DYNAMODB_ENDPOINT', 'localhost:8000'],
    ['DYNAMODB_ENDPOINT', 'ftp://localhost'],
  ])('refuses %s=%s and names the variable', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(`\`${name}\``)])
  })

  test('accepts the smallest and the largest value of each range', () => {
    const least = {
      SESSION_MAX_PER_USER: '0',
      FRESH_SECONDS: '30',
      ATTEMPTS_WINDOW_SECONDS: '10',
      LOGIN_ATTEMPTS_PER_ACCOUNT: '1',
      LOGIN_ATTEMPTS_PER_SOURCE: '1',
      REGISTRATIONS_PER_SOURCE: '1',
    }
    expect(parseConfig(least)).toMatchObject({
      sessionCap: 0,
      freshSeconds: 30,
      attempts: { windowSeconds: 10, perAccount: 1, perSource: 1, registrationsPerSource: 1 },
    })
    const most = {
      SESSION_MAX_PER_USER: '10000',
      FRESH_SECONDS: '86400',
      ATTEMPTS_WINDOW_SECONDS: '86400',
      LOGIN_ATTEMPTS_PER_ACCOUNT: '100',
      LOGIN_ATTEMPTS_PER_SOURCE: '1000000',
      REGISTRATIONS_PER_SOURCE: '1000000',
      SESSION_LIFETIME_SECONDS: '34560000',
      COOKIE_NAME: `__Host-${'a-_'.repeat(21)}Z`,
      SESSIONS_TABLE: 'a.b',
      USERS_TABLE: 'arn:aws:dynamodb:eu-central-1:1:table/users_1',
      ATTEMPTS_TABLE: 'a'.repeat(255),
    }
    expect(problemsOf(most)).toEqual([])
  })

  test('reads the time before which sessions are refused, also one of a clock ahead', () => {
    const notBefore = (SESSIONS_NOT_BEFORE: string) => parseConfig({ SESSIONS_NOT_BEFORE }).policy.notBefore
    expect(notBefore('2025-11-30T12:00:00Z')).toBe(1_764_504_000)
    expect(notBefore('2025-11-30T13:00:00.9+01:00')).toBe(1_764_504_000)
    expect(notBefore(new Date(Date.now() + 200_000).toISOString())).toBeGreaterThan(Date.now() / 1000)
    expect(notBefore('1970-01-01T00:00:00Z')).toBe(0)
    expect(notBefore('')).toBeUndefined()
  })

  test('accepts the client address header and the proxy’s secret only together', () => {
    const [CLIENT_IP_HEADER, ORIGIN_VERIFY_SECRET] = ['CloudFront-Viewer-Address', 's'.repeat(32)]
    const { proxy } = parseConfig({ CLIENT_IP_HEADER, ORIGIN_VERIFY_SECRET })
    expect([proxy?.header, proxy?.secret.reveal()]).toEqual(['cloudfront-viewer-address', ORIGIN_VERIFY_SECRET])
    const halves = [
      ['the header', { CLIENT_IP_HEADER }],
      ['the secret', { ORIGIN_VERIFY_SECRET }],
    ] as const
    for (const [given, half] of halves)
      expect(problemsOf(half)).toEqual([
        `\`CLIENT_IP_HEADER\`, \`ORIGIN_VERIFY_SECRET\`: expected both or neither, got only ${given}; without the secret any client could set the header`,
      ])
    expect(problemsOf({ CLIENT_IP_HEADER, ORIGIN_VERIFY_SECRET: 's'.repeat(31) })).toEqual([
      expect.stringContaining('`ORIGIN_VERIFY_SECRET`: expected at least 32 characters, got 31'),
    ])
    for (const name of ['x-forwarded-for-1', 'my-x-forwarded-for', 'x', `x${'-1'.repeat(31)}Y`])
      expect(problemsOf({ CLIENT_IP_HEADER: name, ORIGIN_VERIFY_SECRET })).toEqual([])
    for (const name of ['a b', '-x', ' x', '1x', 'x:', 'x'.repeat(65), 'X-Forwarded-For'])
      expect(problemsOf({ CLIENT_IP_HEADER: name, ORIGIN_VERIFY_SECRET })).toEqual([
        expect.stringContaining('`CLIENT_IP_HEADER`'),
      ])
  })

  test('accepts mailed codes only with a mailer where deployed, and breach services only with TLS', () => {
    const deployed = { STAGE: 'prod', ORIGIN: 'https://auth.example.com' }
    expect(problemsOf({ ...deployed, LOGIN_CODE: 'on' })).toEqual([
      expect.stringContaining('`LOGIN_CODE`: expected off'),
    ])
    expect(problemsOf({ ...deployed, LOGIN_CODE: 'on', MAILER: 'ses' })).toEqual([])
    expect(problemsOf({ LOGIN_CODE: 'on', PASSWORD_BREACH_URL: 'http://localhost:8080/range/' })).toEqual([])
    for (const PASSWORD_BREACH_URL of ['http://breaches.example/range/', 'https://breaches.example/range'])
      expect(problemsOf({ ...deployed, PASSWORD_BREACH_URL })).toEqual([expect.stringContaining('PASSWORD_BREACH_URL')])
  })

  test('accepts as RP ID the host of the origin or a domain above it, and origins that share its passkeys', () => {
    const deployed = { STAGE: 'prod', ORIGIN: 'https://auth.example.com' }
    const id = (RP_ID?: string) => parseConfig({ ...deployed, ...(RP_ID && { RP_ID }) }).relyingParty.id
    expect([id(), id('auth.example.com'), id('example.com')]).toEqual([
      ...['auth.example.com', 'auth.example.com', 'example.com'],
    ])
    for (const RP_ID of ['example.org', 'th.example.com', 'other.example.com', 'https://example.com', 'EXAMPLE.com'])
      expect(problemsOf({ ...deployed, RP_ID }), RP_ID).toEqual([expect.stringContaining('`RP_ID`: expected')])
    const PASSKEY_ORIGINS = 'https://example.de, https://example.fr'
    expect(parseConfig({ ...deployed, PASSKEY_ORIGINS }).relyingParty.origins).toEqual([
      ...['https://auth.example.com', 'https://example.de', 'https://example.fr'],
    ])
    for (const one of ['http://example.de', 'example.de', 'https://example.de/', 'https://*.example.de'])
      expect(problemsOf({ ...deployed, PASSKEY_ORIGINS: one }), one).toEqual([
        expect.stringContaining('`PASSKEY_ORIGINS`: expected origins'),
      ])
    const many = Array.from({ length: 21 }, (_, index) => `https://e${index}.test`).join()
    expect(problemsOf({ ...deployed, PASSKEY_ORIGINS: many })).toEqual([expect.stringContaining('at most 20')])
  })

  test('accepts a guard of mails only with the proxy’s secret', () => {
    const guard = { MAIL_GUARD: 'x-amzn-waf-captcha=passed' }
    expect(problemsOf(guard)).toEqual([expect.stringContaining('`MAIL_GUARD`: expected `ORIGIN_VERIFY_SECRET` too')])
    const proxy = { CLIENT_IP_HEADER: 'X-Client', ORIGIN_VERIFY_SECRET: 's'.repeat(32) }
    expect(problemsOf({ ...guard, ...proxy })).toEqual([])
  })

  test('accepts a previous pepper only with pepper version 2 or higher [PW-20]', () => {
    const PASSWORD_PEPPER_PREVIOUS = 'q'.repeat(32)
    expect(problemsOf({ PASSWORD_PEPPER_PREVIOUS })).toEqual([
      expect.stringContaining('`PASSWORD_PEPPER_PREVIOUS`: expected `PASSWORD_PEPPER_VERSION` 2 or higher'),
    ])
    const { password } = parseConfig({ PASSWORD_PEPPER_PREVIOUS, PASSWORD_PEPPER_VERSION: '2' })
    expect([password.pepperVersion, password.previousPepper?.reveal()]).toEqual([2, PASSWORD_PEPPER_PREVIOUS])
    expect(problemsOf({ PASSWORD_PEPPER_VERSION: '3' })).toEqual([]) // after the last hash of the previous pepper was replaced
    expect(problemsOf({ PASSWORD_PEPPER_PREVIOUS: 'q'.repeat(31), PASSWORD_PEPPER_VERSION: '2' })).toHaveLength(1)
  })

  test('accepts a bcrypt cost below 10 only in tests of a local stage [PW-14]', () => {
    expect(problemsOf({ NODE_ENV: 'test', BCRYPT_COST: '4' })).toEqual([])
    expect(problemsOf({ ...DEPLOYED, NODE_ENV: 'test', BCRYPT_COST: '9' })).toHaveLength(1)
  })

  test('refuses a missing or local stage in AWS Lambda', () => {
    for (const env of [{}, { STAGE: 'local' }])
      expect(problemsOf({ ...env, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })).toEqual([
        '`STAGE`: expected a deployed stage such as prod in AWS Lambda, got "local", whose defaults are not safe there',
      ])
    expect(problemsOf({ STAGE: 'a b', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })).toEqual([
      expect.stringContaining('`STAGE`: expected up to 64 letters'),
      expect.stringContaining('in AWS Lambda, got "a b", whose'),
    ])
    expect(problemsOf({ ...DEPLOYED, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })).toEqual([])
  })

  test('accepts a missing origin only if the caller needs none', () => {
    expect(problemsOf({ STAGE: 'prod' })).toHaveLength(1)
    expect(problemsOf({ STAGE: 'prod' }, { origin: false })).toEqual([])
    expect(problemsOf({ STAGE: 'prod', ORIGIN: 'https://a.test/' }, { origin: false })).toHaveLength(1)
  })

  test('refuses an endpoint that is no URL in a deployed stage too', () => {
    expect(problemsOf({ ...DEPLOYED, DYNAMODB_ENDPOINT: 'localhost' })).toEqual([
      expect.stringContaining('expected a URL such as http://localhost:8000'),
    ])
  })

  test('checks LOG_LEVEL and METRICS only for Coatcheck’s own functions, which need an origin', () => {
    for (const LOG_LEVEL of ['INFO', 'WARN', 'ERROR']) expect(problemsOf({ LOG_LEVEL })).toEqual([])
    const foreign = { STAGE: 'prod', LOG_LEVEL: 'debug', METRICS: 'yes' }
    expect(problemsOf(foreign, { origin: false })).toEqual([])
    expect(problemsOf({ ...DEPLOYED, ...foreign })).toEqual([
      expect.stringContaining('`LOG_LEVEL`: expected INFO or WARN or ERROR'),
      expect.stringContaining('`METRICS`: expected off or events or requests'),
    ])
  })

  test('reads whether a logout clears the storage of the browser', () => {
    const clears = (text: string) => parseConfig({ CLEAR_SITE_DATA_STORAGE: text }).clearsStorageOnLogout
    expect([clears('true'), clears('false')]).toEqual([true, false])
  })

  test('reads the event bus and the URL that receives events', () => {
    const events = (env: Record<string, string>) => parseConfig(env).events
    expect(events({ EVENTS_BUS: 'my-app/bus.1' })).toMatchObject({ bus: 'my-app/bus.1' })
    for (const EVENTS_URL of ['http://localhost:3000/events', 'https://a.test'])
      expect(events({ EVENTS_URL })).toMatchObject({ url: EVENTS_URL })
  })

  test('reports all problems at once, without secrets', () => {
    const secrets = ['PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS', 'ORIGIN_VERIFY_SECRET']
    const short = Object.fromEntries(secrets.map((name) => [name, 'short-secret']))
    const problems = problemsOf({ PORT: 'x', BCRYPT_COST: 'y', COOKIE_NAME: 'z', ...short })
    for (const name of ['PORT', 'BCRYPT_COST', 'COOKIE_NAME', 'CLIENT_IP_HEADER', ...secrets])
      expect(problems.join('\n')).toContain(`\`${name}\``)
    expect(problems.join()).not.toContain('short-secret')
  })

  test('holds secrets so that JSON and inspect do not print them', () => {
    const secrets = {
      PASSWORD_PEPPER: 'p'.repeat(40),
      PASSWORD_PEPPER_PREVIOUS: 'q'.repeat(40),
      ORIGIN_VERIFY_SECRET: 'r'.repeat(40),
    }
    const config = parseConfig({ ...secrets, PASSWORD_PEPPER_VERSION: '2', CLIENT_IP_HEADER: 'X-Client' })
    for (const secret of Object.values(secrets))
      for (const printed of [JSON.stringify(config), inspect(config, { depth: null, showHidden: true })])
        expect(printed).not.toContain(secret)
  })
})

test('parseConfig removes white space around secrets, such as the line break at the end of a file', () => {
  const { password, proxy } = parseConfig({
    PASSWORD_PEPPER: `${'p'.repeat(40)}\n`,
    CLIENT_IP_HEADER: 'x-client',
    ORIGIN_VERIFY_SECRET: ` ${'s'.repeat(40)}\n`,
  })
  expect([password.pepper?.reveal(), proxy?.secret.reveal()]).toEqual(['p'.repeat(40), 's'.repeat(40)])
})

test.each(['PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS', 'ORIGIN_VERIFY_SECRET'])(
  'parseConfig refuses bytes that are not UTF-8 in %s, without printing them',
  (name) => {
    const pair = { CLIENT_IP_HEADER: 'X-Client-Ip', ORIGIN_VERIFY_SECRET: 'v'.repeat(40), PASSWORD_PEPPER_VERSION: '2' }
    const problems = problemsOf({ ...pair, [name]: `${'\ufffd'.repeat(31)}x` })
    expect(problems).toEqual([expect.stringContaining(`\`${name}\`: expected text`)])
    expect(problems.join()).not.toContain('\ufffd')
  },
)

test('parseConfig treats a secret of white space as unset', () => {
  for (const blank of [' ', '\n', ' \t\r\n']) {
    expect(problemsOf({ PASSWORD_PEPPER: blank }, { pepper: true })).toEqual([
      expect.stringMatching(/^`PASSWORD_PEPPER`: required; expected at least 32 /),
    ])
    expect(problemsOf({ CLIENT_IP_HEADER: 'x-client', ORIGIN_VERIFY_SECRET: blank })).toEqual([
      expect.stringContaining('expected both or neither, got only the header'),
    ])
    expect(problemsOf({ ORIGIN_VERIFY_SECRET: blank, PASSWORD_PEPPER_PREVIOUS: blank })).toEqual([])
  }
})

test('a ConfigError names each variable, its value and what is accepted', () => {
  const error = (env: Record<string, string>) => {
    try {
      parseConfig(env)
    } catch (thrown) {
      return thrown as ConfigError
    }
    return undefined
  }
  expect(error({ PORT: '0' })?.name).toBe('ConfigError')
  expect(error({ PORT: '0' })?.message).toBe(
    'The configuration has a problem:\n- `PORT`: expected a whole number from 1 to 65535, got "0"',
  )
  expect(error({ PORT: '0', COOKIE_SAME_SITE: 'Loose' })?.message).toBe(
    [
      'The configuration has 2 problems:',
      '- `PORT`: expected a whole number from 1 to 65535, got "0"',
      '- `COOKIE_SAME_SITE`: expected Lax or Strict or None, got "Loose"',
    ].join('\n'),
  )
  const texts: [name: string, expected: string][] = [
    ['STAGE', 'up to 64 letters, digits, - and _'],
    ['COOKIE_NAME', '__Host- followed by up to 64 letters, digits, - and _'],
    ['CLIENT_IP_HEADER', 'a header name other than X-Forwarded-For'],
    ['EVENTS_BUS', 'the name of an event bus'],
    ['EVENTS_URL', 'a URL such as http://localhost:3000/events'],
    ...['SESSIONS_TABLE', 'USERS_TABLE', 'ATTEMPTS_TABLE'].map((name): [string, string] => [
      name,
      'a table name or ARN',
    ]),
  ]
  for (const [name, expected] of texts)
    expect(problemsOf({ [name]: '! !', ORIGIN: 'https://a.example' })).toContain(
      `\`${name}\`: expected ${expected}, got "! !"`,
    )
})

test('parseConfig accepts a URL as datastore endpoint, in a deployed stage only with https', () => {
  const endpoint = (DYNAMODB_ENDPOINT: string, env = {}) => problemsOf({ DYNAMODB_ENDPOINT, ...env })
  expect(endpoint('http://localhost:8000')).toEqual([])
  expect(endpoint('https://dynamodb.example.com', DEPLOYED)).toEqual([])
  expect(endpoint('http://localhost:8000', DEPLOYED)).toEqual([
    expect.stringContaining('expected an https URL in a deployed stage'),
  ])
  for (const none of ['ftp://localhost', 'localhost', 'file:http://localhost', 'http//'])
    expect(endpoint(none)).toEqual([expect.stringContaining('expected a URL')])
})

test('parseConfig accepts SameSite=None only with trusted origins', () => {
  expect(problemsOf({ COOKIE_SAME_SITE: 'None' })).toEqual([expect.stringContaining('`TRUSTED_ORIGINS`')])
  expect(problemsOf({ COOKIE_SAME_SITE: 'Strict' })).toEqual([])
  const trusting = { TRUSTED_ORIGINS: ' https://a.test,, https://b.test\n' }
  const { cookie, trustedOrigins } = parseConfig({ COOKIE_SAME_SITE: 'None', ...trusting })
  expect([cookie.sameSite, trustedOrigins]).toEqual(['none', ['https://a.test', 'https://b.test']])
  expect(parseConfig({ COOKIE_SAME_SITE: 'Strict' }).cookie.sameSite).toBe('strict')
})
