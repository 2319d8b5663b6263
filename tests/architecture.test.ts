import { readdir, readFile } from 'node:fs/promises'
import { dirname, extname, join, normalize } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../functions/routes.ts'
import { VARIABLES } from '../lib/config.ts'
import { PROBLEMS } from '../lib/http/problem.ts'
import { readService, type Service } from '../local/service.ts'

// The shape of the code (docs/decisions/002), as a test: directions, bans, sizes, and facts that stand in two places.

interface Source {
  readonly path: string
  readonly folder: string
  readonly text: string
  /** Files by their path, packages by their name. */
  readonly imports: readonly string[]
}

const FOLDERS = ['lib', 'middleware', 'functions', 'local', 'examples', 'tests']
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
    .filter((path) => extname(path) === '.ts' && !path.includes('fixtures'))
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8')
      const specifiers = [...text.matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g)].map(
        ([, a, b]) => a ?? b ?? '',
      )
      const imports = specifiers.map((specifier) =>
        specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier,
      )
      return { path, folder: path.split('/')[0] ?? '', text, imports }
    }),
  )
}

const shipped = () => sources.filter(({ folder }) => ['lib', 'middleware', 'functions'].includes(folder))
const isFile = (specifier: string) => specifier.endsWith('.ts')

describe('imports', () => {
  const allowed: [from: (path: string) => boolean, to: (specifier: string) => boolean, why: string][] = [
    [
      (path) => /^lib\/(http|dynamodb)\//.test(path),
      (to) => (isFile(to) ? /^lib\/([^/]+|http\/.+|dynamodb\/.+)$/.test(to) : true),
      'an adapter of lib/ may use the domain, nothing above it',
    ],
    [
      (path) => /^lib\/[^/]+$/.test(path) && path !== 'lib/log.ts',
      (to) => (isFile(to) ? /^lib\/[^/]+$/.test(to) : /^(node:|nanoid$|bcryptjs$)/.test(to)),
      'the domain knows neither HTTP nor the SDK: it would no longer run, or be tested, without them',
    ],
    [
      (path) => path.startsWith('middleware/'),
      (to) => (isFile(to) ? /^(lib|middleware)\//.test(to) : !to.startsWith('@aws-sdk/')),
      'middleware/ is what others import: nothing of our own routes may come along',
    ],
    [
      (path) => path.startsWith('functions/'),
      (to) => (isFile(to) ? /^(lib|middleware|functions)\//.test(to) : true),
      'functions/ is deployed: nothing of the local front or the tests may come along',
    ],
    [
      (path) => path.startsWith('local/'),
      (to) => !isFile(to) || /^(lib|local)\//.test(to),
      'local/ runs bundles of functions/, as Lambda does, not their sources',
    ],
    [
      (path) => path.startsWith('examples/'),
      (to) => !isFile(to),
      'an example imports the package, as its readers will',
    ],
  ]
  test.each(allowed)('%s → %s', (from, to, why) => {
    const concerned = sources.filter(({ path }) => from(path))
    expect(concerned).not.toEqual([])
    for (const { path, imports } of concerned)
      for (const target of imports) expect(to(target), `${path} imports ${target}: ${why}`).toBe(true)
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
      ['functions/app.ts', 'middleware/defaults.ts'],
      'configuration is read once, so that all its problems are found at once',
    ],
    [/Date\.now|new Date\(\)|performance\.now/, ['lib/system.ts'], 'time comes from the Clock, or no test can set it'],
    [/Math\.random|randomBytes|getRandomValues/, [], 'randomness comes from RandomText in lib/system.ts'],
    [/console\./, ['lib/log.ts'], 'what is logged goes through Log, which lets no secret through'],
    [/\bany\b(?=[,;)>\]])/, ['middleware/middy.ts'], 'say what it is'],
    [/@ts-ignore|@ts-expect-error/, [], 'types that need silencing are wrong'],
  ]
  test.each(bans)('%s', (pattern, except, why) => {
    for (const { path, text } of shipped()) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      if (!except.includes(path)) expect(pattern.test(code), `${path} has ${pattern}: ${why}`).toBe(false)
    }
  })
})

describe('size and place', () => {
  test('a file is read in a minute: at most 200 lines', () => {
    for (const { path, text, folder } of sources)
      if (folder !== 'tests')
        expect(text.split('\n').length, `${path} is about more than one thing: split it`).toBeLessThanOrEqual(201)
  })

  test('no drawer is called utils', () => {
    for (const { path } of sources) expect(path).not.toMatch(/util|helper|misc|common/i)
  })

  test('every exported function, class and constant of the library says what it does', () => {
    for (const { path, text, folder } of sources.filter(({ folder }) => folder === 'lib' || folder === 'middleware')) {
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
    const files = (await readdir('functions')).map((file) => file.replace('.ts', ''))
    for (const name of [...Object.values(ROUTES), 'no-route']) expect(files).toContain(name)
    const shared = ['answer', 'app', 'authorizer', 'fields', 'params', 'passwords', 'route', 'routes']
    expect(files.filter((file) => !shared.includes(file)).sort()).toEqual([...Object.values(ROUTES), 'no-route'].sort())
  })

  test('the README names every route and every variable with its default', () => {
    for (const route of Object.keys(ROUTES)) expect(readme).toContain(`\`${route}`)
    for (const variable of VARIABLES) expect(readme).toContain(`\`${variable}\``)
  })

  test('serverless.yml gives functions only variables that are read, and has a place for each', () => {
    const given = new Set(service.functions.flatMap(({ environment }) => Object.keys(environment)))
    const local = ['PORT', 'DYNAMODB_ENDPOINT']
    const resolvedByAws = ['ORIGIN', 'PASSWORD_PEPPER']
    expect([...given, ...resolvedByAws].sort()).toEqual(VARIABLES.filter((name) => !local.includes(name)).toSorted())
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
    expect(Object.fromEntries(keys)).toMatchObject({ sessions: ['userId', 'sessionId'], users: ['pk'] })
  })

  test('nothing names a registry or a path of the machine it was made on', async () => {
    const lockfile = await readFile('package-lock.json', 'utf8')
    expect(lockfile).not.toContain('"resolved"')
    for (const { path, text } of [...shipped(), ...sources.filter(({ folder }) => folder === 'local')])
      expect(/\/(home|root)\//.test(text), path).toBe(false)
  })
})
