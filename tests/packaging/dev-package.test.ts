import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULES } from '../../lab/rehearsal/rules/rules.ts'
import { packageService } from '../support/packaged.ts'
import { pageBlocks } from '../support/page-blocks.ts'
import { npmEnvironment, packTarballs } from '../support/tarballs.ts'

// `coatcheck-dev` as it is packed: what it contains, and the deployments that docs/package.md makes with it. Needs npm's
// registry or its cache.

/** On a busy machine an installation takes minutes. */
const PATIENCE_MS = 900_000
const exec = promisify(execFile)

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties: { Code?: unknown; Environment?: unknown } }>>
  readonly Outputs: Readonly<Record<string, { Export?: { Name: string } }>>
  readonly Conditions: object
}

let root: string
let app: string
let tarballs: { coatcheck: string; dev: string }
/** `serverless package` of the checkout. */
let packaged: string
const readTemplate = async (file: string): Promise<Template> => JSON.parse(await readFile(file, 'utf8'))
const run = (command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = npmEnvironment) =>
  exec(command, args, { cwd, env, maxBuffer: 1e8 }).catch((failed) => {
    throw new Error(`${command} ${args.join(' ')}\n${failed.stdout}\n${failed.stderr}`)
  })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'coatcheck-dev-package-'))
  tarballs = await packTarballs(process.env.COATCHECK_TARBALLS ?? join(root, 'tarballs'))
  app = join(root, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), '{"private":true,"type":"module"}')
  await run('npm', ['install', tarballs.coatcheck, tarballs.dev, 'serverless@npm:osls@4.3.1', '@types/node@24'], app)
  packaged = await packageService({}, ['origin=https://auth.example.com'])
}, PATIENCE_MS)
afterAll(async () => {
  for (const folder of [root, packaged].filter(Boolean)) await rm(folder, { recursive: true, force: true })
})

/** Without the framework's own bucket and without the places of the code, which differ by intent. */
function comparable({ Resources, Outputs, Conditions }: Template) {
  const resources = Object.entries(Resources)
    .filter(([name]) => !name.startsWith('ServerlessDeploymentBucket'))
    .map(([name, resource]) => {
      const { Code: _, ...properties } = resource.Properties ?? {}
      return [name, { ...resource, Properties: properties }]
    })
  const { ServerlessDeploymentBucketName: _, ...outputs } = Outputs as Record<string, unknown>
  return { Resources: Object.fromEntries(resources), Outputs: outputs, Conditions }
}

describe('the package coatcheck-dev', () => {
  test('contains the service, its code and its declarations, and installs three packages', async () => {
    const inside = join(app, 'node_modules/coatcheck-dev')
    expect((await readdir(inside)).sort()).toEqual(['dist', 'package.json', 'service'])
    expect((await readdir(join(inside, 'service'))).sort()).toEqual(['functions', 'serverless.yml'])
    const { dependencies } = JSON.parse(await readFile(join(inside, 'package.json'), 'utf8'))
    expect(Object.keys(dependencies)).toEqual(['classic-level', 'dynalite', 'esbuild'])
    const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'))
    for (const [name, version] of Object.entries(dependencies)) expect(devDependencies[name]).toBe(version)
    const { version } = JSON.parse(await readFile('package.json', 'utf8'))
    expect(JSON.parse(await readFile('dev/package.json', 'utf8')).version).toBe(version)
  })

  test('has declarations that compile in an application', async () => {
    await writeFile(
      join(app, 'types.ts'),
      `import { startCoatcheck, type SignedInUser } from 'coatcheck-dev'
export async function setup(): Promise<SignedInUser> {
  const coatcheck = await startCoatcheck({ users: { ann: { scopes: ['notes:read'] } } })
  // @ts-expect-error no such user
  coatcheck.users.bob
  return coatcheck.users.ann
}\n`,
    )
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true }
    const compilerOptions = { module: 'nodenext', target: 'es2023', types: ['node'], ...strict }
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
    await run(resolve('node_modules/.bin/tsc'), ['--pretty', 'false', '-p', app], app)
  })

  test(
    'has the functions that the checkout deploys, byte for byte',
    async () => {
      const own = join(app, 'node_modules/coatcheck-dev/service/functions')
      const names = await readdir(own)
      expect(names.length).toBeGreaterThan(50)
      for (const name of names) {
        const [mine, theirs] = [join(own, name), join(packaged, '.serverless', name)]
        expect(unzipSync(await readFile(mine)), name).toEqual(unzipSync(await readFile(theirs)))
      }
    },
    PATIENCE_MS,
  )
})

describe('coatcheck init', () => {
  let folder: string
  beforeAll(async () => {
    await run('npx', ['coatcheck', 'init', 'coatcheck'], app)
    folder = join(app, 'coatcheck')
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    Object.assign(manifest.devDependencies, { coatcheck: tarballs.coatcheck, 'coatcheck-dev': tarballs.dev })
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    await run('npm', ['install'], folder)
  }, PATIENCE_MS)

  test(
    'writes a dozen lines that package what the checkout packages, with the brand',
    async () => {
      const text = await readFile(join(folder, 'serverless.yml'), 'utf8')
      expect(text.trim().split('\n').length).toBeLessThanOrEqual(12)
      const options = ['package', '--stage', 'prod', '--param', 'origin=https://auth.example.com']
      await run('npx', ['serverless', ...options], folder, { ...npmEnvironment, HTTPS_PROXY: 'http://127.0.0.1:9' })
      const made = await readTemplate(join(folder, '.serverless/cloudformation-template-update-stack.json'))
      const text2 = JSON.stringify(comparable(made)).replaceAll('"My product"', '""').replaceAll('"#1d4ed8"', '""')
      const branded = JSON.parse(text2.replaceAll('"MAIL_LOCALE":"en"', '"MAIL_LOCALE":""'))
      const own = await readTemplate(join(packaged, '.serverless/cloudformation-template-update-stack.json'))
      expect(branded).toEqual(comparable(own))
    },
    PATIENCE_MS,
  )

  test(
    'leaves room for a function of one’s own, which `coatcheck package` includes',
    async () => {
      await writeFile(join(folder, 'welcome.mjs'), 'export const handler = async () => {}\n')
      await writeFile(
        join(folder, 'hooks.yml'),
        `functions:
  welcome:
    handler: welcome.handler
    role: HealthRole
    package: { patterns: ['!**', welcome.mjs] }
    events: [{ eventBridge: { pattern: { source: [coatcheck], detail-type: [user.created] } } }]\n`,
      )
      await run('npx', ['coatcheck', 'package', '--bucket', 'example-artifacts'], folder)
      const made = await readTemplate(join(folder, 'coatcheck-package/template.json'))
      expect(Object.keys(made.Resources)).toContain('WelcomeLambdaFunction')
      const zips = await readdir(join(folder, 'coatcheck-package/code'))
      const welcome = zips.find((name) => name.startsWith('welcome-')) ?? ''
      const files = unzipSync(await readFile(join(folder, 'coatcheck-package/code', welcome)))
      expect(Object.keys(files)).toEqual(['welcome.mjs'])
    },
    PATIENCE_MS,
  )

  test('writes nothing into a folder that has files', async () => {
    const failed = await exec('npx', ['coatcheck', 'init', 'coatcheck'], { cwd: app, env: npmEnvironment }).catch(
      (error) => error,
    )
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/coatcheck has files already/) })
  })
})

describe('coatcheck package', () => {
  let made: Template
  let zips: string[]
  beforeAll(async () => {
    const blocks = (await pageBlocks('docs/package.md')).filter(({ text }) => text.includes('coatcheck package'))
    const command = blocks[0]?.text.split('\n').find((line) => line.startsWith('npx')) ?? ''
    const { stdout } = await run('bash', ['-c', command], app)
    expect(stdout).toContain('aws s3 sync coatcheck-package/code s3://example-artifacts/coatcheck')
    made = await readTemplate(join(app, 'coatcheck-package/template.json'))
    zips = await readdir(join(app, 'coatcheck-package/code'))
  }, PATIENCE_MS)

  test('writes the service’s own template, without a bucket of the framework', async () => {
    const own = await readTemplate(join(packaged, '.serverless/cloudformation-template-update-stack.json'))
    expect(comparable(made)).toEqual(comparable(own))
    expect(JSON.stringify(made)).not.toContain('ServerlessDeploymentBucket')
    expect(JSON.stringify(made).length).toBeLessThan(1_000_000) // CloudFormation's limit
  })

  test.each(RULES)('keeps the rule $name', ({ check }) => {
    expect(check(made as never)).toEqual([])
  })

  test('refers to each zip under the bucket and the prefix', () => {
    const codes = Object.values(made.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.Code as { S3Bucket: string; S3Key: string })
    expect(new Set(codes.map(({ S3Bucket }) => S3Bucket))).toEqual(new Set(['example-artifacts']))
    expect(codes.map(({ S3Key }) => S3Key).sort()).toEqual(zips.map((name) => `coatcheck/${name}`).sort())
  })

  test('exports the names that docs/package.md lists and the examples import', async () => {
    const names = Object.values(made.Outputs).flatMap(({ Export }) => Export?.Name ?? [])
    const page = await readFile('docs/package.md', 'utf8')
    for (const name of names) expect(page).toContain(`\`${name}\``)
    const cdk = await readFile('examples/package/cdk.mjs', 'utf8')
    for (const [, name] of cdk.matchAll(/importValue\('([^']+)'\)/g)) expect(names).toContain(name)
    const outputs = Object.keys(made.Outputs)
    const terraform = await readFile('examples/package/main.tf', 'utf8')
    for (const [, name] of terraform.matchAll(/outputs\["(\w+)"\]/g)) expect(outputs).toContain(name)
    const sam = await readFile('examples/package/sam.yml', 'utf8')
    for (const [, name] of sam.matchAll(/Outputs\.(\w+)/g)) expect(outputs).toContain(name)
  })

  test(
    'is included and synthesized by the AWS CDK',
    async () => {
      const cdk = join(root, 'cdk')
      await mkdir(cdk)
      await writeFile(join(cdk, 'package.json'), '{"private":true,"type":"module"}')
      await run('npm', ['install', 'aws-cdk-lib@2', 'constructs@10'], cdk)
      await symlink(join(app, 'coatcheck-package'), join(cdk, 'coatcheck-package'))
      await writeFile(join(cdk, 'app.mjs'), await readFile('examples/package/cdk.mjs'))
      await run('node', ['app.mjs'], cdk, { ...npmEnvironment, CDK_OUTDIR: join(cdk, 'out') })
      const synthesized = await readTemplate(join(cdk, 'out/coatcheck-prod.template.json'))
      expect(Object.keys(synthesized.Resources)).toEqual(expect.arrayContaining(Object.keys(made.Resources)))
      expect(synthesized.Outputs.AuthorizerArn).toEqual(made.Outputs.AuthorizerArn)
    },
    PATIENCE_MS,
  )
})
