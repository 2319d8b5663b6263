import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ROUTES } from '../functions/http/routes.ts'
import { parseConfig } from '../lib/config.ts'
import { VARIABLES } from '../lib/environment.ts'
import { PROBLEMS } from '../lib/http/problem.ts'
import { VERSION } from '../lib/version.ts'
import { readService, type Service } from '../local/service.ts'

// The shape of the code (docs/decisions/002-shape.md): what the linter cannot check, and that the linter checks the rest.

interface Source {
  readonly path: string
  readonly folder: string
  readonly text: string
}

const FOLDERS = [
  'lib',
  'middleware',
  'adapters',
  'client',
  'testing',
  'functions',
  'console',
  'openapi',
  'cli',
  'local',
  'examples',
  'tests',
]
let sources: Source[]
let service: Service
let routesPage: string
let configurationPage: string
beforeAll(async () => {
  sources = (await Promise.all(FOLDERS.map(readFolder))).flat()
  service = await readService('.', { stage: 'dev' })
  routesPage = await readFile('docs/routes.md', 'utf8')
  configurationPage = await readFile('docs/configuration.md', 'utf8')
})

async function readFolder(folder: string): Promise<Source[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = names
    .map((name) => join(folder, name))
    .filter((path) => ['.ts', '.tsx', '.css'].includes(extname(path)) && !/fixtures|node_modules|\.next/.test(path))
  return Promise.all(paths.map(async (path) => ({ path, folder, text: await readFile(path, 'utf8') })))
}

const inFolders = (...folders: string[]) => sources.filter(({ folder }) => folders.includes(folder))
/** What is published or deployed. */
const shipped = () => inFolders('lib', 'middleware', 'adapters', 'client', 'testing', 'functions')

describe('import rules in biome.json', () => {
  /** A file and an import in it that the linter refuses. */
  const REFUSED: [file: string, specifier: string][] = [
    ['lib/session.ts', './http/problem.ts'],
    ['lib/session.ts', './dynamodb/index.ts'],
    ['lib/session.ts', '../middleware/index.ts'],
    ['lib/session.ts', '@aws-sdk/client-dynamodb'],
    ['lib/accounts/users.ts', '../http/problem.ts'],
    ['lib/accounts/users.ts', '../dynamodb/index.ts'],
    ['lib/accounts/users.ts', '../../functions/login.ts'],
    ['lib/passwords/hasher.ts', '@aws-sdk/client-dynamodb'],
    ['lib/throttling/attempts.ts', '../../lab/shared/table.ts'],
    ['lib/accounts/users.ts', 'nodemailer'],
    ['lib/mail/render.ts', '../accounts/users.ts'],
    ['lib/mail/templates/en.ts', '../../dynamodb/index.ts'],
    ['lib/sessions/sessions.ts', '../accounts/users.ts'],
    ['lib/sessions/sessions.ts', '../passwords/password-rules.ts'],
    ['lib/sessions/sessions.ts', '../throttling/attempts.ts'],
    ['lib/sessions/sessions.ts', 'bcryptjs'],
    ['lib/http/request.ts', '../dynamodb/index.ts'],
    ['lib/http/request.ts', '@middy/core'],
    ['lib/http/request.ts', '@aws-sdk/client-dynamodb'],
    ['lib/dynamodb/client.ts', '../http/problem.ts'],
    ['lib/dynamodb/client.ts', '../../middleware/index.ts'],
    ['middleware/index.ts', '../functions/login.ts'],
    ['middleware/index.ts', '@middy/core'],
    ['middleware/index.ts', '@aws-sdk/client-dynamodb'],
    ['adapters/hono.ts', 'hono'],
    ['adapters/hono.ts', '../functions/login.ts'],
    ['functions/login.ts', '../local/start.ts'],
    ['functions/login.ts', '../lab/shared/table.ts'],
    ['functions/login.ts', '../tests/support/parts.ts'],
    ['functions/login.ts', '@aws-sdk/client-dynamodb'],
    ['functions/http/app.ts', '../../testing/index.ts'],
    ['client/index.ts', '../lib/index.ts'],
    ['client/index.ts', 'cookie'],
    ['console/app.tsx', '../client/problem.ts'],
    ['console/parts/form.tsx', '../../lib/index.ts'],
    ['cli/run.ts', '../functions/login.ts'],
    ['cli/run.ts', 'valibot'],
    ['local/start.ts', '../functions/login.ts'],
    ['local/start.ts', '../lab/shared/table.ts'],
    ['testing/index.ts', '../functions/login.ts'],
    ['testing/index.ts', 'vitest'],
    ['examples/greeting/handler.ts', '../../lib/index.ts'],
    ['build/plugin.ts', '../lab/shared/table.ts'],
  ]
  /** A file and an import in it that the linter allows. */
  const ALLOWED: [file: string, specifier: string][] = [
    ['lib/index.ts', './sessions/sessions.ts'],
    ['lib/session.ts', 'nanoid'],
    ['lib/accounts/login.ts', '../sessions/sessions.ts'],
    ['lib/sessions/token.ts', '../session.ts'],
    ['lib/sessions/token.ts', 'node:timers/promises'],
    ['lib/mail/smtp-mailer.ts', 'nodemailer'],
    ['lib/mail/templates/en.ts', '../../system.ts'],
    ['lib/http/cookie.ts', '../sessions/session-token.ts'],
    ['lib/dynamodb/send.ts', '@aws-sdk/client-dynamodb'],
    ['middleware/index.ts', '../lib/http/request.ts'],
    ['adapters/hono.ts', '../middleware/options.ts'],
    ['adapters/hono.ts', '../lib/http/request.ts'],
    ['functions/login.ts', './http/app.ts'],
    ['functions/http/app.ts', '../../middleware/defaults.ts'],
    ['console/parts/form.tsx', '../../client/index.ts'],
    ['local/start.ts', '../lib/dynamodb/index.ts'],
    ['examples/greeting/handler.ts', 'coatcheck/middleware'],
  ]

  test('the linter refuses forbidden imports and import cycles, and allows the rest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-imports-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await copyFile('biome.json', join(folder, 'biome.json'))
    const plant = async (path: string, text: string) => {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const named = (file: string, kind: string, index: number) => join(dirname(file), `${kind}-${index}${extname(file)}`)
    for (const [kind, imports] of Object.entries({ refused: REFUSED, allowed: ALLOWED }))
      for (const [index, [file, specifier]] of imports.entries())
        await plant(named(file, kind, index), `import '${specifier}'\n`)
    await plant('lib/cycle-a.ts', 'import type { B } from "./cycle-b.ts"\nexport type A = B\n')
    await plant('lib/cycle-b.ts', 'import type { A } from "./cycle-a.ts"\nexport type B = A | 1\n')

    const { stdout } = spawnSync(
      resolve('node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', '.'],
      { cwd: folder, encoding: 'utf8' },
    )
    const found = [...stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+)/g)].map(
      ([, rule, file = '']) => `${rule} ${relative(folder, resolve(folder, file))}`,
    )
    expect(found.toSorted()).toEqual(
      [
        ...REFUSED.map(([file], index) => `noRestrictedImports ${named(file, 'refused', index)}`),
        'noImportCycles lib/cycle-a.ts',
        'noImportCycles lib/cycle-b.ts',
      ].toSorted(),
    )
  })
})

describe('banned expressions', () => {
  const BANS: [pattern: RegExp, except: string[], why: string][] = [
    [
      /process\.env/,
      ['functions/http/app.ts', 'middleware/defaults.ts', 'lib/log-settings.ts'],
      'configuration is read once, so that all its problems are reported together',
    ],
    [
      /Date\.now|new Date\(\)|performance\.now/,
      ['lib/system.ts'],
      'time comes from the Clock, so that tests can set it',
    ],
    [/Math\.random|randomBytes|getRandomValues/, [], 'randomness comes from RandomText in lib/system.ts'],
    [/console\./, [], 'logging goes through Log, which omits secrets'],
    [/\bany\b(?=[,;)>\]])/, ['middleware/middy.ts'], 'declare the actual type'],
    [/@ts-ignore|@ts-expect-error/, [], 'a type error is fixed, not silenced'],
  ]
  test.each(BANS)('%s does not occur in shipped code outside %j', (pattern, except, why) => {
    for (const { path, text } of shipped()) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      if (!except.includes(path)) expect(pattern.test(code), `${path} contains ${pattern}: ${why}`).toBe(false)
    }
  })
})

describe('size, place and documentation', () => {
  test('a source file has at most 200 lines', () => {
    // All strings of a language stand on one page, and so do all interfaces that an adapter implements.
    const exempt = ['lib/ports.ts']
    for (const { path, text, folder } of sources)
      if (folder !== 'tests' && !exempt.includes(path) && !path.startsWith('console/catalogue/'))
        expect(text.split('\n').length, `${path} is too long: split it by subject`).toBeLessThanOrEqual(201)
  })

  // The list of the codes of problems takes a quarter of it, and grows with the routes.
  test('coatcheck/client adds at most 2.2 KiB to a page, minified and compressed', () => {
    const { outputFiles } = buildSync({
      entryPoints: ['client/index.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    })
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThanOrEqual(2252)
  })

  test('no file is named after a catch-all such as util, helper or common', () => {
    for (const { path } of sources) expect(path).not.toMatch(/util|helper|misc|common/i)
  })

  test('every exported function and constant of the library has a comment', () => {
    for (const { path, text } of inFolders('lib', 'middleware', 'adapters', 'client', 'testing')) {
      const lines = text.split('\n')
      for (const [index, line] of lines.entries()) {
        const [, name] = /^export (?:async )?(?:function|const) (\w+)/.exec(line) ?? []
        const first = lines.findIndex((other) => name && new RegExp(`^export .*\\b${name}[<(]`).test(other))
        // A type guard's name says everything; for overloads the first declaration has the comment.
        if (!name || /^is[A-Z]/.test(name) || (first !== -1 && first !== index)) continue
        expect(lines[index - 1], `${path}:${index + 1} ${line}`).toMatch(/\*\/$|^\/\//)
      }
    }
  })
})

describe('facts stated in two places', () => {
  test('the route table, serverless.yml and the files in functions/ agree', async () => {
    const deployed = service.functions.flatMap(({ name, handler, routes }) =>
      routes.map(({ method, path }) => ({ route: `${method} ${path}`, name, handler })),
    )
    const named = deployed.filter(({ name }) => name !== 'no-route')
    const heads = Object.entries(ROUTES).flatMap(([route, name]) =>
      route.startsWith('GET ') ? [[route.replace('GET', 'HEAD'), name]] : [],
    )
    expect(Object.fromEntries(named.map(({ route, name }) => [route, name]))).toEqual({
      ...ROUTES,
      ...Object.fromEntries(heads),
    })
    for (const { name, handler } of deployed) expect(handler).toBe(`functions/${name}.handler`)
    const OF_NO_ROUTE = ['no-route', 'authorizer', 'finish-sweeps', 'publish-events', 'send-mail', 'record-bounces']
    const files = (await readdir('functions')).filter((file) => file.endsWith('.ts'))
    expect(files.sort()).toEqual(
      [...new Set([...Object.values(ROUTES), ...OF_NO_ROUTE])].map((name) => `${name}.ts`).sort(),
    )
  })

  test('docs/routes.md names every route, and docs/configuration.md every variable with its default', () => {
    for (const route of Object.keys(ROUTES)) expect(routesPage).toContain(`\`${route}`)
    for (const variable of VARIABLES) expect(configurationPage).toContain(`\`${variable}\``)
    const { policy, password, datastoreTimeoutMs, cookie, port } = parseConfig({})
    const { idleSeconds, lifetimeSeconds, renewSeconds } = policy
    const defaults = {
      PORT: port,
      SESSION_IDLE_SECONDS: idleSeconds,
      SESSION_LIFETIME_SECONDS: lifetimeSeconds,
      SESSION_RENEW_SECONDS: renewSeconds,
      PASSWORD_MIN_LENGTH: password.minLength,
      BCRYPT_COST: password.bcryptCost,
      DATASTORE_TIMEOUT_MS: datastoreTimeoutMs,
      COOKIE_NAME: `\`${cookie.name}\``,
    }
    for (const [name, value] of Object.entries(defaults)) {
      const [, , documented] =
        configurationPage.match(new RegExp(`^\\| \`${name}\` \\|([^|]*)\\|([^|]*)\\|`, 'm')) ?? []
      expect(documented?.trim(), name).toBe(String(value))
    }
  })

  test('serverless.yml sets exactly the environment variables that the configuration reads', () => {
    const given = new Set(service.functions.flatMap(({ environment }) => Object.keys(environment)))
    const local = [
      'PORT',
      'DYNAMODB_ENDPOINT',
      'EVENTS_ENDPOINT',
      'EVENTS_URL',
      'MAIL_ENDPOINT',
      'PROVIDERS',
      'TOKEN_KMS_ENDPOINT',
    ]
    const resolvedByAws = ['ORIGIN', 'PASSWORD_PEPPER', 'FACTOR_KEY', 'TOKEN_KEYS']
    expect([...given, ...resolvedByAws].sort()).toEqual(VARIABLES.filter((name) => !local.includes(name)).toSorted())
  })

  test('openapi.json describes every route and every error code, for this version', async () => {
    const { info, paths, components } = JSON.parse(await readFile('openapi.json', 'utf8'))
    const described = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const advice = 'describe the route in openapi/*-operations.ts and openapi/responses.ts, then: npm run openapi'
    expect(described.sort(), advice).toEqual(Object.keys(ROUTES).sort())
    for (const code of Object.keys(PROBLEMS)) expect(components.schemas).toHaveProperty(`Problem_${code}`)
    expect(info.version).toBe(VERSION)
  })

  test('docs/problems.md lists every problem with its status and title', async () => {
    const documented = await readFile('docs/problems.md', 'utf8')
    for (const [code, { status, title }] of Object.entries(PROBLEMS))
      expect(documented).toContain(`| \`${code}\` | ${status} | ${title} |`)
  })

  test('the tables in resources/ have the keys that the stores use', () => {
    const keys = Object.values(
      service.resources as Record<
        string,
        { Properties: { TableName?: string; KeySchema?: { AttributeName: string }[] } }
      >,
    )
      .filter(({ Properties }) => Properties.KeySchema)
      .map(({ Properties }) => [
        Properties.TableName?.replace(/.*-/, ''),
        Properties.KeySchema?.map(({ AttributeName }) => AttributeName),
      ])
    expect(Object.fromEntries(keys)).toEqual({
      sessions: ['userId', 'sessionId'],
      users: ['pk'],
      attempts: ['key'],
      activity: ['subject', 'id'],
      outbox: ['id'],
    })
  })

  test('the lockfile names no registry host and the sources name no absolute path of a machine', async () => {
    const lockfile = await readFile('package-lock.json', 'utf8')
    expect(lockfile.replace('"resolved": "build/runtime"', '')).not.toContain('"resolved"')
    for (const { path, text } of [...shipped(), ...inFolders('local')])
      expect(/\/(home|root)\//.test(text), path).toBe(false)
  })
})
