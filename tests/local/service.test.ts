import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readService } from '../../local/service.ts'
import { fixture, removeFolders, temporaryFolder } from './support.ts'

afterAll(removeFolders)

describe('readService', () => {
  test('resolves variables, lists, overrides and defaults like the framework', async () => {
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
          streams: [],
          eventRules: [],
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
          streams: [],
          eventRules: [],
        },
      ],
      resources: {
        A: { Type: 'T', Properties: { Name: 'local-a' } },
        B: { Type: 'T', Properties: { Name: { Ref: 'A' } } },
      },
      outputs: {},
      esbuild: { minify: true },
      hasBundler: false,
      notices: ['variables: plain is not called for schedule events locally.'],
    })
  })

  test('uses passed params and variables, never the environment of the process', async () => {
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

  test('reads the authorizers of routes and lists unsupported events', async () => {
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
      's: it is not called for websocket events locally.',
      's: it is not called for schedule events locally.',
    ])
  })

  test('resolves a symbolic link to the folder', async () => {
    const link = join(await temporaryFolder(), 'link')
    await symlink(fixture('variables'), link)
    expect((await readService(link, { stage: 'local' })).folder).toBe(fixture('variables'))
  })

  test('reads Coatcheck’s own serverless.yml', async () => {
    const service = await readService(resolve(import.meta.dirname, '../..'), { stage: 'local' })
    const functions = new Map(service.functions.map((definition) => [definition.name, definition]))
    expect(functions.get('login')).toMatchObject({ heavy: true, routes: [{ method: 'POST', path: '/auth/login' }] })
    expect(functions.get('get-session')).toMatchObject({ heavy: false, handler: 'functions/get-session.handler' })
    expect(functions.get('no-route')?.routes).toEqual([{ method: 'ANY', path: '$default' }])
    expect(functions.get('login')?.environment).toMatchObject({ STAGE: 'local', USERS_TABLE: 'coatcheck-local-users' })
    // Only CloudFormation can resolve these.
    expect(functions.get('login')?.environment).not.toHaveProperty('PASSWORD_PEPPER')
    expect(functions.get('login')?.environment).not.toHaveProperty('ORIGIN')
    expect(service.resources).toMatchObject({
      SessionsTable: { Properties: { TableName: 'coatcheck-local-sessions' } },
    })
  })
})

describe('readService rejects what the local front does not support', () => {
  const custom = (variable: string) => `custom: { a: "$\{${variable}}" }`
  const withFunction = (definition: string) => `functions: { it: { handler: it.handler, ${definition} } }`
  const guarded = (authorizer: string) =>
    withFunction(`events: [{ httpApi: { method: GET, path: /a, authorizer: ${authorizer} } }]`)
  test.each([
    ['a REST event', withFunction('events: [{ http: GET /a }]'), 'function it: REST events (http) are not supported'],
    ['an unknown authorizer', guarded('{ name: x }'), 'function it: unknown authorizer "x"; declare it'],
    ['an unknown authorizer', guarded('x'), 'function it: unknown authorizer "x"; declare it'],
    ['an empty authorizer', guarded('""'), 'function it: unknown authorizer ""; declare it'],
    ['an authorizer in a list', guarded('[known]'), 'function it: unknown authorizer ["known"]; declare it'],
    ['the authorizer of another API', guarded('{ id: abc }'), 'function it: an authorizer of another API'],
    ['IAM', guarded('{ type: aws_iam }'), 'function it: only authorizers of type request are supported'],
    ['scopes of a JWT', guarded('{ name: x, scopes: [a] }'), 'function it: only authorizers of type request'],
    ['an authorizer left blank', guarded(''), 'function it: unknown authorizer null; declare it'],
    [
      'a misspelt authorizer',
      withFunction('events: [{ httpApi: { method: GET, path: /a, authoriser: x } }]'),
      'function it: unknown key authoriser of an httpApi event; accepted are method, path, authorizer, timeout.',
    ],
    [
      'an authorizer beside its route',
      withFunction('events: [{ httpApi: GET /a, authorizer: x }]'),
      'function it: unknown key authorizer of an httpApi event; accepted are method, path, authorizer, timeout.',
    ],
    [
      'an invalid method',
      withFunction('events: [{ httpApi: FETCH /a }]'),
      'function it: invalid httpApi route "FETCH /a"; a route looks like GET /path.',
    ],
    [
      'a route without path',
      withFunction('events: [{ httpApi: GET }]'),
      'function it: invalid httpApi route "GET"; a route looks like GET /path.',
    ],
    [
      'an unsupported runtime',
      withFunction('runtime: python3.13'),
      'function it: the runtime python3.13 is not supported',
    ],
    ['a missing handler', 'functions: { it: { image: x } }', 'function it: the handler is missing.'],
    ['a variable of an unsupported source', custom('ssm:/x'), 'variables of the source ssm are not supported locally.'],
    ['a missing variable', custom('env:HOME'), 'Cannot resolve variable at "custom.a"'],
    ['invalid YAML', 'custom: [', 'Cannot parse "serverless.yml"'],
  ])('as in %s', async (_what, yaml, message) => {
    const head = 'service: s\nprovider: { name: aws, runtime: nodejs24.x }\n'
    const folder = await temporaryFolder({ 'serverless.yml': head + yaml })
    const failure = readService(folder, { stage: 'local' })
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toThrow(`${folder}/serverless.yml: `)
  })

  test.each([['an unsupported provider', '{ name: google }', 'only the provider aws']])(
    'as in %s',
    async (_what, provider, message) => {
      const folder = await temporaryFolder({ 'serverless.yml': `service: s\nprovider: ${provider}\n` })
      await expect(readService(folder, { stage: 'local' })).rejects.toThrow(message)
    },
  )

  test.each([
    ['{ type: jwt }', 'only authorizers of type request are supported locally.'],
    ['{ type: request }', 'set either functionName or functionArn.'],
    ['{ type: request, functionName: a, functionArn: "arn:b" }', 'set either functionName or functionArn.'],
    ['{ type: request, functionName: a, payloadVersion: "3.0" }', 'invalid payloadVersion "3.0"; expected 1.0 or 2.0.'],
    [
      '{ type: request, functionName: a, payloadVersion: "1.0", enableSimpleResponses: true }',
      'enableSimpleResponses needs payloadVersion 2.0.',
    ],
    [
      '{ type: request, functionName: a, identitySource: [$request.header.a], resultTtlInSeconds: 300 }',
      'resultTtlInSeconds must be 0: a cached result is served after a revocation, and the local front does not cache.',
    ],
    ['{ type: request, functionName: a, identitySource: $request.header.a }', 'resultTtlInSeconds must be 0: '],
    [
      '{ type: request, functionName: a, identitySource: [$context.routeKey], resultTtlInSeconds: 0 }',
      'identity source "$context.routeKey" is not supported locally; expected $request.header.<name> or $request.querystring.<name>.',
    ],
  ])('as in an authorizer %s', async (declared, message) => {
    const provider = `{ name: aws, runtime: nodejs24.x, httpApi: { authorizers: { it: ${declared} } } }`
    const folder = await temporaryFolder({ 'serverless.yml': `service: s\nprovider: ${provider}\n` })
    await expect(readService(folder, { stage: 'local' })).rejects.toThrow(
      `${folder}/serverless.yml: authorizer it: ${message}`,
    )
  })

  test('as in a folder without serverless.yml', async () => {
    await expect(readService('/nowhere', { stage: 'local' })).rejects.toThrow('File not found')
  })
})
