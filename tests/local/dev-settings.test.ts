import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setAdministrator } from '../../dev/administrator.ts'
import { FRAMEWORK } from '../../dev/deployment-files.ts'
import { chooseFolders } from '../../dev/folders.ts'
import { packagedConfiguration } from '../../dev/packaged-configuration.ts'
import { readSeed } from '../../dev/seed.ts'
import { SERVICE_FOLDER } from '../../dev/service-folder.ts'
import { createUsersOf } from '../../dev/users.ts'
import { withBucket } from '../../dev/with-bucket.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import type { Email } from '../../lib/user.ts'
import { readService, type Service } from '../../local/service.ts'
import type { Preparation } from '../../local/stack.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { removeFolders, temporaryFolder } from './support.ts'

afterAll(removeFolders)

describe('readSeed', () => {
  const seed = async (text: string) => readSeed(join(await temporaryFolder({ 'seed.json': text }), 'seed.json'))

  test('reads users', async () => {
    const users = { 'ann@example.com': { password: 'secret', scopes: ['notes:read'] } }
    expect(await seed(JSON.stringify({ users }))).toEqual(users)
  })

  test.each([
    ['{', 'the file is not JSON'],
    ['[]', 'the object `users` is missing.'],
    ['{"users":{"ann":1}}', 'the user ann is not an object.'],
    ['{"users":{"ann":{"scope":[]}}}', 'unknown key scope of ann; accepted are email, password, name, scopes,'],
  ])('refuses %s and shows the shape', async (text, reason) => {
    await expect(seed(text)).rejects.toThrow(reason)
    await expect(seed(text)).rejects.toThrow('It looks like {"users":')
  })

  test('names a file that cannot be read', async () => {
    await expect(readSeed('/nowhere.json')).rejects.toThrow('Cannot read the seed file (ENOENT')
  })
})

describe('chooseFolders', () => {
  test('puts the service of the package first, or a folder of `coatcheck init`', async () => {
    const own = await temporaryFolder({ 'serverless.yml': 'service: mine' })
    const init = await temporaryFolder({ 'serverless.yml': 'x: node_modules/coatcheck-dev/service/serverless.yml' })
    expect(await chooseFolders({ folders: [own] })).toEqual([SERVICE_FOLDER, own])
    expect(await chooseFolders({ folders: [own, init] })).toEqual([init, own])
    expect(await chooseFolders({ folders: [], alone: true })).toEqual([SERVICE_FOLDER])
    await expect(chooseFolders({ folders: [init, init] })).rejects.toThrow('Coatcheck runs once')
    await expect(chooseFolders({ folders: ['/nowhere'] })).rejects.toThrow('/nowhere/serverless.yml is missing')
  })
})

test('withBucket leaves out the framework’s bucket and places each zip', async () => {
  const template = {
    Resources: {
      ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
      A: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: 'serverless/x/1/a.zip' } },
      },
    },
    Outputs: { ServerlessDeploymentBucketName: {}, Kept: {} },
  }
  const made = await withBucket(template, 'mine', async (file) => `prefix/${file}`)
  expect(made.Resources).toEqual({
    A: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'mine', S3Key: 'prefix/a.zip' } } },
  })
  expect(made.Outputs).toEqual({ Kept: {} })
})

test('the packaged serverless.yml says what that of the checkout says, and names the zips', async () => {
  const { yaml } = packagedConfiguration('.')
  const packaged = await readService(await temporaryFolder({ 'serverless.yml': yaml }), { stage: 'prod' })
  const own = await readService('.', { stage: 'prod' })
  const comparable = ({ folder: _, esbuild: __, hasBundler: ___, functions, ...service }: Service) => ({
    ...service,
    functions: functions.map(({ artifact: ____, ...rest }) => rest),
  })
  const plain = (service: Service) => JSON.parse(JSON.stringify(comparable(service))) // filters are functions
  expect(plain(packaged)).toEqual(plain(own))
  expect(packaged.esbuild).toEqual({})
  for (const { name, artifact } of packaged.functions)
    expect(artifact).toMatch(new RegExp(`/node_modules/coatcheck-dev/service/functions/${name}\\.zip$`))
})

test('coatcheck-dev has the version of the checkout, and its dependencies have the versions of the checkout', async () => {
  const read = async (file: string) => JSON.parse(await readFile(file, 'utf8'))
  const [own, dev] = [await read('package.json'), await read('dev/package.json')]
  expect(dev.version).toBe(own.version)
  for (const [name, version] of Object.entries(dev.dependencies)) expect(own.devDependencies[name]).toBe(version)
  expect(FRAMEWORK).toBe(own.devDependencies.serverless)
})

describe('users before the first request', () => {
  let tables: TestTables
  let given: Preparation
  const find = (email: string) =>
    createUsers({ store: dynamodbUserStore({ client: tables.client, tableName: tables.users }) }).findByEmail(
      email as Email,
      startDeadline(10),
    )
  beforeAll(async () => {
    tables = await createTestTables()
    const config = parseConfig({ ...tableVariables({ ...tables }) })
    const hasher = bcryptHasher({ cost: 4, pepper: new Secret('p'.repeat(64)) })
    given = { config, client: tables.client, hasher }
  })
  afterAll(() => tables.client.destroy())

  test('are created once, with a generated password where none is given', async () => {
    const settings = { ann: { scopes: ['notes:read'] }, 'bob@example.org': { password: 'secret', name: 'Bob' } }
    const created = await createUsersOf(settings, given)
    expect(created.get('ann')).toMatchObject({ email: 'ann@example.com', isGenerated: true })
    expect(created.get('bob@example.org')).toEqual({ email: 'bob@example.org', password: 'secret', isGenerated: false })
    expect(await find('ann@example.com')).toMatchObject({ scopes: ['notes:read'], emailVerified: true })
    expect((await createUsersOf(settings, given)).size).toBe(0)
    await expect(createUsersOf({ eve: { scopes: ['no scope'] } }, given)).rejects.toThrow(
      'User eve: invalid scope "no scope"',
    )
    await expect(createUsersOf({ 'no@': {} }, given)).rejects.toThrow('User no@: the email is invalid')
  })

  test('include the administrator with the given password, which replaces another one', async () => {
    const verify = async (password: string) =>
      given.hasher.verify(new Secret(password), (await find('admin@localhost'))?.passwordHash)
    await setAdministrator('first password', given)
    expect(await find('admin@localhost')).toMatchObject({ scopes: ['admin:read', 'admin:write', 'admin:revoke'] })
    const { changeId } = (await find('admin@localhost')) ?? {}
    await setAdministrator('first password', given)
    expect((await find('admin@localhost'))?.changeId).toBe(changeId)
    await setAdministrator('second password', given)
    expect([await verify('first password'), await verify('second password')]).toEqual(['wrong', 'right'])
    await expect(setAdministrator('', given)).rejects.toThrow('The password of the administrator is empty')
  })
})
