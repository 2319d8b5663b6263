import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
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
          logicalId: 'PlainLambdaFunction',
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
          logicalId: 'SpecialLambdaFunction',
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
      outputs: {},
      esbuild: { minify: true },
      notices: ['variables: plain is not called by schedule events locally.'],
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

  test('authorizers of routes, and events that nothing plays', async () => {
    const service = await readService(fixture('guarded'), { stage: 'local' })
    const routes = service.functions.find(({ name }) => name === 'echo')?.routes ?? []
    expect(Object.fromEntries(routes.map(({ path, authorizer }) => [path, authorizer?.name]))).toEqual({
      '/open': undefined,
      '/simple/{name}': 'simple',
      '/policy/{name}': 'policy',
      '/old/{name}': 'old',
      '/keyed': 'keyed',
      '/own-arn': 'own-arn',
      '/other-arn': 'other-arn',
      '/imported': 'imported',
      $default: 'simple',
    })
    const yaml = `service: s
provider: { name: aws, runtime: nodejs24.x }
functions: { it: { handler: it.handler, events: [{ websocket: $connect }, { websocket: { route: x } }, { schedule: rate(1 hour) }] } }`
    const folder = await temporaryFolder({ 'serverless.yml': yaml })
    expect((await readService(folder, { stage: 'local' })).notices).toEqual([
      's: it is not called by websocket events locally.',
      's: it is not called by schedule events locally.',
    ])
  })

  test('in a folder that is reached by a link', async () => {
    const link = join(await temporaryFolder(), 'link')
    await symlink(fixture('variables'), link)
    expect((await readService(link, { stage: 'local' })).folder).toBe(fixture('variables'))
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
  const guarded = (authorizer: string) =>
    withFunction(`events: [{ httpApi: { method: GET, path: /a, authorizer: ${authorizer} } }]`)
  test.each([
    ['a REST event', withFunction('events: [{ http: GET /a }]'), 'function it: REST events (http) are not supported'],
    ['an unknown authorizer', guarded('{ name: x }'), 'function it: there is no authorizer "x".'],
    ['an unknown authorizer', guarded('x'), 'function it: there is no authorizer "x".'],
    ['an empty authorizer', guarded('""'), 'function it: there is no authorizer "".'],
    ['an authorizer of no kind', guarded('[known]'), 'function it: there is no authorizer ["known"].'],
    ['the authorizer of another API', guarded('{ id: abc }'), 'function it: an authorizer of another API'],
    ['IAM', guarded('{ type: aws_iam }'), 'function it: only authorizers of type request are supported'],
    ['scopes of a JWT', guarded('{ name: x, scopes: [a] }'), 'function it: only authorizers of type request'],
    ['an authorizer left blank', guarded(''), 'function it: there is no authorizer null.'],
    [
      'a misspelt authorizer',
      withFunction('events: [{ httpApi: { method: GET, path: /a, authoriser: x } }]'),
      'function it: authoriser is not known of an httpApi route.',
    ],
    [
      'an authorizer beside its route',
      withFunction('events: [{ httpApi: GET /a, authorizer: x }]'),
      'function it: authorizer is not known of an httpApi route.',
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

  test.each([
    ['{ type: jwt }', 'only authorizers of type request are supported locally.'],
    ['{ type: request }', 'it needs functionName or functionArn, and not both.'],
    ['{ type: request, functionName: a, functionArn: "arn:b" }', 'it needs functionName or functionArn, and not both.'],
    ['{ type: request, functionName: a, payloadVersion: "3.0" }', 'there is no payload "3.0".'],
    [
      '{ type: request, functionName: a, payloadVersion: "1.0", enableSimpleResponses: true }',
      'enableSimpleResponses needs payload 2.0.',
    ],
    [
      '{ type: request, functionName: a, identitySource: [$request.header.a], resultTtlInSeconds: 300 }',
      'resultTtlInSeconds must be 0: the local front does not cache; a cached answer is served after a revocation.',
    ],
    ['{ type: request, functionName: a, identitySource: $request.header.a }', 'resultTtlInSeconds must be 0: '],
    [
      '{ type: request, functionName: a, identitySource: [$context.routeKey], resultTtlInSeconds: 0 }',
      'the identity source "$context.routeKey" is not supported locally.',
    ],
  ])('an authorizer %s', async (declared, message) => {
    const provider = `{ name: aws, runtime: nodejs24.x, httpApi: { authorizers: { it: ${declared} } } }`
    const folder = await temporaryFolder({ 'serverless.yml': `service: s\nprovider: ${provider}\n` })
    await expect(readService(folder, { stage: 'local' })).rejects.toThrow(
      `${folder}/serverless.yml: authorizer it: ${message}`,
    )
  })

  test('a folder without a service', async () => {
    await expect(readService('/nowhere', { stage: 'local' })).rejects.toThrow('File not found')
  })
})
