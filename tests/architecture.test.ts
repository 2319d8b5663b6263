import { readdir, readFile } from 'node:fs/promises'
import { dirname, extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../functions/http/routes.ts'
import { parseConfig, VARIABLES } from '../lib/config.ts'
import { PROBLEMS } from '../lib/http/problem.ts'
import { readService, type Service } from '../local/service.ts'
import { buildFunctions } from '../scripts/dependencies.ts'

// The shape of the code (docs/decisions/002), as a test: directions, bans, sizes, and facts that stand in two places.

interface Source {
  readonly path: string
  readonly folder: string
  readonly text: string
  /** Files by their path, packages by their name. */
  readonly imports: readonly string[]
}

const FOLDERS = ['lib', 'middleware', 'client', 'testing', 'functions', 'console', 'cli', 'local', 'examples', 'tests']
let sources: Source[]
let service: Service
let readme: string
beforeAll(async () => {
  sources = (await Promise.all(FOLDERS.map(readFolder))).flat()
  service = await readService('.', { stage: 'dev' })
  readme = await readFile('README.md', 'utf8')
})

async function readFolder(folder: string): Promise<Source[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = names
    .map((name) => join(folder, name))
    .filter((path) => ['.ts', '.tsx', '.css'].includes(extname(path)) && !path.includes('fixtures'))
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8')
      const specifiers = [
        ...text.replace(/^ *\* .*$/gm, '').matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g),
      ].map(([, a, b]) => a ?? b ?? '')
      const imports = specifiers.map((specifier) =>
        specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier,
      )
      return { path, folder: path.split('/')[0] ?? '', text, imports }
    }),
  )
}

const shipped = () =>
  sources.filter(({ folder }) => ['lib', 'middleware', 'client', 'testing', 'functions'].includes(folder))
const isFile = (specifier: string) => /\.tsx?$/.test(specifier)

describe('imports', () => {
  /** Who may import which files of ours, which packages, and why no more. */
  const RULES: [name: string, from: RegExp, files: RegExp, packages: RegExp, why: string][] = [
    [
      'lib/',
      /^lib\/(?!http\/|dynamodb\/)/,
      /^lib\/(?!http\/|dynamodb\/)/,
      /^(node:|nanoid$|bcryptjs$|ipaddr\.js$)/,
      'the domain knows neither HTTP nor the SDK: it would no longer run, or be tested, without them',
    ],
    [
      'lib/sessions/',
      /^lib\/sessions\//,
      /^lib\/([^/]+|sessions\/.+)$/,
      /^node:/,
      'sessions know neither accounts nor passwords: the middleware needs sessions alone',
    ],
    [
      'lib/http/',
      /^lib\/http\//,
      /^lib\/(?!dynamodb\/)/,
      /^(node:|cookie$)/,
      'HTTP stands beside the datastore, not on it',
    ],
    [
      'lib/dynamodb/',
      /^lib\/dynamodb\//,
      /^lib\/(?!http\/)/,
      /^(node:|@aws-sdk\/)/,
      'the datastore stands beside HTTP, not on it',
    ],
    [
      'middleware/',
      /^middleware\//,
      /^(lib|middleware)\//,
      /^node:/,
      'middleware/ is what others import: nothing of our own routes may come along, and Middy is theirs',
    ],
    [
      'functions/',
      /^functions\//,
      /^(lib|middleware|functions)\//,
      /^(node:zlib$|valibot$|@middy\/(core|http-error-handler|http-json-body-parser)$|aws-lambda$|coatcheck:console$)/,
      'functions/ is deployed: nothing of the local front or the tests may come along',
    ],
    [
      'local/',
      /^local\//,
      /^(lib|local)\//,
      /./,
      'local/ runs bundles of functions/, as Lambda does, not their sources',
    ],
    [
      'cli/',
      /^cli\//,
      /^(lib|cli)\//,
      /^(node:|commander$|@aws-sdk\/)/,
      'the command line works on stores, not on routes',
    ],
    ['client/', /^client\//, /^client\//, /^$/, 'client/ runs in browsers, and its reader has nothing else of ours'],
    [
      'console/',
      /^console\/.+\.tsx?$/,
      /^(console\/|client\/index|lib\/passwords\/own-words)/,
      /^(preact(\/hooks)?$|@preact\/signals$|bowser$)/,
      'console/ runs in browsers, and knows the service by its client alone',
    ],
    ['testing/', /^testing\//, /^(lib|middleware|testing)\//, /^node:/, 'testing/ is published, for tests of any kind'],
    ['examples/', /^examples\//, /^examples\//, /./, 'an example imports the package, as its readers will'],
  ]
  test.each(RULES)('of %s', (_, from, files, packages, why) => {
    const concerned = sources.filter(({ path }) => from.test(path))
    expect(concerned).not.toEqual([])
    for (const { path, imports } of concerned)
      for (const target of imports)
        expect((isFile(target) ? files : packages).test(target), `${path} imports ${target}: ${why}`).toBe(true)
  })

  test('only lib/dynamodb knows the SDK', () => {
    for (const { path, imports } of shipped())
      if (imports.some((target) => target.startsWith('@aws-sdk/')))
        expect(dirname(path), `${path} imports the SDK: a seam of lib/ports.ts is the way`).toBe('lib/dynamodb')
  })

  test('no file imports itself in a circle', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]))
    const visit = (path: string, trail: string[]): void => {
      expect(trail, `a circle: ${[...trail, path].join(' → ')}`).not.toContain(path)
      const source = byPath.get(path)
      for (const target of source ? valueImports(source) : []) visit(target, [...trail, path])
    }
    for (const { path } of shipped()) visit(path, [])
  })
})

/** Without those that are types alone: they leave nothing to run. */
function valueImports({ path, text }: Source): string[] {
  return [...text.matchAll(/^(?:import|export) (?!type )[^']*?from '(\.[^']+)'/gm)].map(([, target = '']) =>
    normalize(join(dirname(path), target)),
  )
}

describe('bans', () => {
  const bans: [pattern: RegExp, except: string[], why: string][] = [
    [
      /process\.env/,
      ['functions/http/app.ts', 'middleware/defaults.ts'],
      'configuration is read once, so that all its problems are found at once',
    ],
    [/Date\.now|new Date\(\)|performance\.now/, ['lib/system.ts'], 'time comes from the Clock, or no test can set it'],
    [/Math\.random|randomBytes|getRandomValues/, [], 'randomness comes from RandomText in lib/system.ts'],
    [/console\./, ['lib/log.ts'], 'what is logged goes through Log, which lets no secret through'],
    [/\bany\b(?=[,;)>\]])/, ['middleware/middy.ts'], 'say what it is'],
    [/@ts-ignore|@ts-expect-error/, [], 'types that need silencing are wrong'],
  ]
  test.each(bans)('%s outside %j', (pattern, except, why) => {
    for (const { path, text } of shipped()) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      if (!except.includes(path)) expect(pattern.test(code), `${path} has ${pattern}: ${why}`).toBe(false)
    }
  })
})

describe('size and place', () => {
  test('a file is read in a minute: at most 200 lines', () => {
    for (const { path, text, folder } of sources)
      if (folder !== 'tests' && path !== 'console/text.ts')
        // the page's strings, all in one place
        expect(text.split('\n').length, `${path} is about more than one thing: split it`).toBeLessThanOrEqual(201)
  })

  test('a page pays at most 2 KiB for the client', () => {
    const { outputFiles } = buildSync({
      entryPoints: ['client/index.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    })
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThanOrEqual(2048)
  })

  test('no drawer is called utils', () => {
    for (const { path } of sources) expect(path).not.toMatch(/util|helper|misc|common/i)
  })

  test('every exported function, class and constant of the library says what it does', () => {
    for (const { path, text, folder } of sources.filter(({ folder }) =>
      ['lib', 'middleware', 'client', 'testing'].includes(folder),
    )) {
      const lines = text.split('\n')
      for (const [index, line] of lines.entries()) {
        const [, name] = /^export (?:async )?(?:function|const) (\w+)/.exec(line) ?? []
        const first = lines.findIndex((other) => name && new RegExp(`^export .*\\b${name}\\(`).test(other))
        // A guard's name and type say all there is; of overloads the first speaks for all.
        if (!name || /^is[A-Z]/.test(name) || (first !== -1 && first !== index)) continue
        expect(lines[index - 1], `${folder}: ${path}:${index + 1} ${line}`).toMatch(/\*\/$|^\/\//)
      }
    }
  })
})

describe('what stands in two places', () => {
  test('route table, serverless.yml and functions/ agree', async () => {
    const deployed = service.functions.flatMap(({ name, handler, routes }) =>
      routes.map(({ method, path }) => ({ route: `${method} ${path}`, name, handler })),
    )
    const named = deployed.filter(({ name }) => name !== 'no-route')
    expect(Object.fromEntries(named.map(({ route, name }) => [route, name]))).toEqual(ROUTES)
    for (const { name, handler } of deployed) expect(handler).toBe(`functions/${name}.handler`)
    const files = (await readdir('functions')).filter((file) => file.endsWith('.ts'))
    expect(files.sort()).toEqual(
      [...new Set([...Object.values(ROUTES), 'no-route', 'authorizer', 'finish-sweeps'])]
        .map((name) => `${name}.ts`)
        .sort(),
    )
  })

  test('the README names every route and every variable with its default', () => {
    for (const route of Object.keys(ROUTES)) expect(readme).toContain(`\`${route}`)
    for (const variable of VARIABLES) expect(readme).toContain(`\`${variable}\``)
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
      const [, , documented] = readme.match(new RegExp(`^\\| \`${name}\` \\|([^|]*)\\|([^|]*)\\|`, 'm')) ?? []
      expect(documented?.trim(), name).toBe(String(value))
    }
  })

  test('serverless.yml gives functions only variables that are read, and has a place for each', () => {
    const given = new Set(service.functions.flatMap(({ environment }) => Object.keys(environment)))
    const local = ['PORT', 'DYNAMODB_ENDPOINT']
    const resolvedByAws = ['ORIGIN', 'PASSWORD_PEPPER']
    expect([...given, ...resolvedByAws].sort()).toEqual(VARIABLES.filter((name) => !local.includes(name)).toSorted())
  })

  test('bcrypt is only in the bundles that hash, and no SDK in those without tables', async () => {
    const { metafile } = await buildFunctions()
    const holding = (part: string) =>
      Object.values(metafile.outputs)
        .filter(({ inputs }) => Object.keys(inputs).some((input) => input.includes(part)))
        .map(({ entryPoint }) => entryPoint?.replace(/^functions\/|\.ts$/g, ''))
        .sort()
    expect(holding('node_modules/bcryptjs/')).toEqual([
      'admin-create-user',
      'change-password',
      'login',
      'reauthenticate',
      'register',
    ])
    const without = service.functions
      .map(({ name }) => name)
      .filter((name) => !holding('@aws-sdk/client-dynamodb/').includes(name))
    expect(without.sort()).toEqual(['console', 'health', 'no-route'])
  })

  test('every problem is documented', async () => {
    const documented = await readFile('docs/problems.md', 'utf8')
    for (const [code, { status, title }] of Object.entries(PROBLEMS))
      expect(documented).toContain(`| \`${code}\` | ${status} | ${title} |`)
  })

  test('the table keys are those of the stores', () => {
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
    expect(Object.fromEntries(keys)).toEqual({ sessions: ['userId', 'sessionId'], users: ['pk'], attempts: ['key'] })
  })

  test('nothing names a registry or a path of the machine it was made on', async () => {
    const lockfile = await readFile('package-lock.json', 'utf8')
    expect(lockfile).not.toContain('"resolved"')
    for (const { path, text } of [...shipped(), ...sources.filter(({ folder }) => folder === 'local')])
      expect(/\/(home|root)\//.test(text), path).toBe(false)
  })
})
