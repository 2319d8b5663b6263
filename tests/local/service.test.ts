import { resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readService } from '../../local/service.ts'
import { fixture, removeFolders, temporaryFolder } from './support.ts'

afterAll(removeFolders)

describe('a service as the framework would read it', () => {
  test('variables, lists, overrides and defaults', async () => {
    const shared = {
      STAGE: 'local',
      SELF: 'of-self',
      FILE: 'of-file',
      DEFAULT_PARAM: 'from-default',
      STAGE_PARAM: 'from-stage',
      MISSING_PARAM: 'fallback',
      MISSING_ENV: 'not the machine',
      GIVEN_ENV: 'not given',
    }
    expect(await readService(fixture('variables'), { stage: 'local' })).toEqual({
      name: 'variables',
      folder: fixture('variables'),
      stage: 'local',
      region: 'eu-west-1',
      runtime: 'nodejs24.x',
      functions: [
        {
          name: 'plain',
          lambdaName: 'variables-local-plain',
          handler: 'functions/plain.handler',
          environment: { ...shared, NUMBER: '7' },
          memoryMB: 1024,
          heavy: false,
          timeoutSeconds: 6,
          routes: [
            { method: 'GET', path: '/lower' },
            { method: 'ANY', path: '/object' },
            { method: 'ANY', path: '$default' },
          ],
        },
        {
          name: 'special',
          lambdaName: 'my-own-name',
          handler: 'functions/special.handler',
          environment: { ...shared, SELF: 'own' },
          memoryMB: 2048,
          heavy: true,
          timeoutSeconds: 9,
          routes: [],
        },
      ],
      resources: {
        A: { Type: 'T', Properties: { Name: 'local-a' } },
        B: { Type: 'T', Properties: { Name: { Ref: 'A' } } },
      },
      esbuild: { minify: true },
    })
  })

  test('what the caller passes, and nothing of the machine', async () => {
    process.env.GIVEN = 'by the machine'
    const options = { stage: 'test', params: { shared: 'passed' }, environment: { GIVEN: 'passed' } }
    const given = await readService(fixture('variables'), options)
    const notGiven = await readService(fixture('variables'), { stage: 'test' })
    delete process.env.GIVEN
    expect(given.functions[0]?.environment).toMatchObject({
      STAGE: 'test',
      DEFAULT_PARAM: 'passed',
      STAGE_PARAM: 'from-default',
      GIVEN_ENV: 'passed',
      MISSING_ENV: 'not the machine',
    })
    expect(notGiven.functions[0]?.environment.GIVEN_ENV).toBe('not given')
  })

  test('our own serverless.yml', async () => {
    const service = await readService(resolve(import.meta.dirname, '../..'), { stage: 'local' })
    const functions = new Map(service.functions.map((definition) => [definition.name, definition]))
    expect(functions.get('login')).toMatchObject({ heavy: true, routes: [{ method: 'POST', path: '/auth/login' }] })
    expect(functions.get('get-session')).toMatchObject({ heavy: false, handler: 'functions/get-session.handler' })
    expect(functions.get('no-route')?.routes).toEqual([{ method: 'ANY', path: '$default' }])
    expect(functions.get('login')?.environment).toMatchObject({ STAGE: 'local', USERS_TABLE: 'coatcheck-local-users' })
    // Only CloudFormation knows these.
    expect(functions.get('login')?.environment).not.toHaveProperty('PASSWORD_PEPPER')
    expect(functions.get('login')?.environment).not.toHaveProperty('ORIGIN')
    expect(service.resources).toMatchObject({
      SessionsTable: { Properties: { TableName: 'coatcheck-local-sessions' } },
    })
  })
})

describe('what the front cannot do it refuses in one sentence', () => {
  const custom = (variable: string) => `custom: { a: "$\{${variable}}" }`
  const withFunction = (definition: string) => `functions: { it: { handler: it.handler, ${definition} } }`
  test.each([
    ['a REST event', withFunction('events: [{ http: GET /a }]'), 'function it: REST events (http) are not supported'],
    [
      'an authorizer, without which the route would stand open',
      withFunction('events: [{ httpApi: { method: GET, path: /a, authorizer: { name: x } } }]'),
      'function it: the authorizer of /a is not supported locally.',
    ],
    ['no route', withFunction('events: [{ httpApi: FETCH /a }]'), 'function it: "FETCH /a" is not an httpApi route.'],
    ['a route without path', withFunction('events: [{ httpApi: GET }]'), 'function it: "GET" is not an httpApi route.'],
    ['another runtime', withFunction('runtime: python3.13'), 'function it: the runtime python3.13 is not supported'],
    ['no handler', 'functions: { it: { image: x } }', 'function it: it has no handler.'],
    ['an unknown source', custom('ssm:/x'), 'variables of the source ssm are not supported locally.'],
    ['a missing variable', custom('env:HOME'), 'Cannot resolve variable at "custom.a"'],
    ['no YAML', 'custom: [', 'Cannot parse "serverless.yml"'],
  ])('%s', async (_what, yaml, message) => {
    const head = 'service: s\nprovider: { name: aws, runtime: nodejs24.x }\n'
    const folder = await temporaryFolder({ 'serverless.yml': head + yaml })
    const failure = readService(folder, { stage: 'local' })
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toThrow(`${folder}/serverless.yml: `)
  })

  test.each([
    ['gateway CORS', '{ name: aws, runtime: nodejs24.x, httpApi: { cors: true } }', 'provider.httpApi.cors'],
    ['payload 1.0', '{ name: aws, runtime: nodejs24.x, httpApi: { payload: "1.0" } }', 'only payload 2.0'],
    ['another cloud', '{ name: google }', 'only the provider aws'],
  ])('%s', async (_what, provider, message) => {
    const folder = await temporaryFolder({ 'serverless.yml': `service: s\nprovider: ${provider}\n` })
    await expect(readService(folder, { stage: 'local' })).rejects.toThrow(message)
  })

  test('a folder without a service', async () => {
    await expect(readService('/nowhere', { stage: 'local' })).rejects.toThrow('File not found')
  })
})
