import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { STAND_INS } from '../../build/stand-ins.ts'
import { createTestTables } from '../support/tables.ts'

// The package as `npm publish` would send it and as an application installs it. Needs npm's registry or its cache.

const run = promisify(execFile)
const bin = (name: string) => resolve('node_modules/.bin', name)
/** The environment without the variables of the npm that runs the tests, except for registry and cache. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(registry|cache|userconfig|globalconfig)$)/i.test(name),
  ),
)

interface Packed {
  filename: string
  unpackedSize: number
  files: { path: string }[]
}

interface Conditions {
  import: { types: string; default: string }
  require: { types: string; default: string }
}

let folder: string
let packed: Packed
let tarball: string
let manifest: {
  exports: Record<string, Conditions | string>
  typesVersions: { '*': Record<string, string[]> }
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  peerDependencies: Record<string, string>
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-publishing-'))
  const checkout = join(folder, 'checkout')
  const sources = [
    'lib',
    'middleware',
    'adapters',
    'client',
    'testing',
    'build',
    'cli',
    'functions',
    'local',
    'scripts',
  ]
  for (const entry of [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'openapi.json',
    'README.md',
    'LICENSE',
    ...sources,
  ])
    await cp(entry, join(checkout, entry), { recursive: true })
  await symlink(resolve('node_modules'), join(checkout, 'node_modules'))
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: checkout,
    env,
  })
  packed = Object.values<Packed>(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))))[0] as Packed
  tarball = join(folder, packed.filename)
  manifest = JSON.parse(await readFile('package.json', 'utf8'))
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the npm package', () => {
  test('contains only the files that its entry points need', () => {
    const paths = packed.files.map(({ path }) => path)
    const [code, rest] = [
      paths.filter((path) => path.startsWith('dist/')),
      paths.filter((path) => !/^dist\//.test(path)),
    ]
    expect(rest.sort()).toEqual(['LICENSE', 'README.md', 'cli/bin.js', 'openapi.json', 'package.json'])
    for (const path of code)
      expect(path).toMatch(/^dist\/(lib|middleware|adapters|client|testing|cli|build)\/.+\.(c?js|d\.c?ts)$/)
    const { './package.json': _, './openapi.json': __, ...entries } = manifest.exports
    const targets = Object.values(entries as Record<string, Conditions>).flatMap((conditions) =>
      [conditions.import, conditions.require].flatMap((each) => [each.types, each.default]),
    )
    for (const target of targets) expect(paths).toContain(target.slice(2))
    expect(code.filter((path) => path.endsWith('.cjs')).sort()).toEqual(
      targets
        .filter((target) => target.endsWith('.cjs'))
        .map((target) => target.slice(2))
        .sort(),
    )
    for (const inner of ['functions/http/json-body', 'lib/accounts/login', 'build/console-plugin'])
      expect(paths).not.toContain(`dist/${inner}.js`)
    expect(paths.length).toBeLessThan(750)
    // a fifth of it common passwords, another the declarations for CommonJS
    expect(packed.unpackedSize).toBeLessThan(1_700_000)
  })

  test('imports only declared packages, also in its declarations', async () => {
    const { dependencies, peerDependencies } = manifest
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
    const used = new Set<string>()
    for (const { path } of packed.files.filter(({ path }) => path.startsWith('dist/'))) {
      const text = (await readFile(join(folder, 'checkout', path), 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '')
      for (const [, specifier = ''] of text.matchAll(/\b(?:from|import) ?\(?['"]([@\w][^'"\s]*)['"]/g)) {
        if (specifier.startsWith('node:')) continue
        used.add(specifier)
        // Bundled by the plugin of coatcheck/esbuild, which resolves it from the SDK.
        if (path.startsWith('dist/build/lambda-credentials.')) continue
        expect(declared, path).toContain(specifier)
        if (path.endsWith('.d.ts') && !path.startsWith('dist/cli/'))
          expect(specifier, path).toBe('@aws-sdk/client-dynamodb')
        if (specifier === '@aws-sdk/client-dynamodb') expect(path).toMatch(/\/dynamodb\/|^dist\/cli\//)
        if (specifier === 'commander')
          expect(path).toMatch(/^dist\/cli\/(coatcheck|activity|mail|users|sessions|stack-command|run|usage)\./)
        if (specifier.startsWith('cli-')) expect(path).toMatch(/^dist\/cli\/(table|progress)\./)
        // Only the command line hashes passwords and computes keys of counters by address.
        if (specifier === 'bcryptjs') expect(path).toBe('dist/lib/passwords/password-hasher.js')
        if (specifier === 'nodemailer') expect(path).toBe('dist/lib/mail/smtp-mailer.js')
        if (specifier.startsWith('@simplewebauthn/')) expect(path).toBe('dist/lib/passkeys/registration.js')
        if (specifier === 'ipaddr.js') expect(path).toBe('dist/lib/throttling/sources.js')
      }
    }
    expect([...used]).toEqual(expect.arrayContaining(Object.keys(dependencies)))
  })

  test('has the same entry points as `paths` in tsconfig.json', async () => {
    const json = async (name: string) => JSON.parse((await readFile(name, 'utf8')).replace(/^\s*\/\/.*$/gm, ''))
    const { './package.json': _, './openapi.json': __, ...entries } = manifest.exports
    const sources = Object.entries(entries as Record<string, Conditions>).map(([entry, conditions]) => {
      const file = conditions.import.default.replace(/\.js$/, '')
      expect(conditions).toEqual({
        import: { types: `${file}.d.ts`, default: `${file}.js` },
        require: { types: `${file}.d.cts`, default: `${file}.cjs` },
      })
      expect(manifest.typesVersions['*'][entry.slice(2)]).toEqual(entry === '.' ? undefined : [`${file}.d.ts`])
      return [`coatcheck${entry.slice(1)}`, [`${file.replace('/dist/', '/')}.ts`]]
    })
    expect((await json('tsconfig.json')).compilerOptions.paths).toEqual(Object.fromEntries(sources))
    const built: string[] = (await json('tsconfig.build.json')).files
    const standIns = Object.values(STAND_INS).map((name) => `./build/${name}.ts`)
    const entryPoints = [...sources.flatMap(([, paths]) => paths), './cli/coatcheck.ts', ...standIns]
    expect(built.map((file) => `./${file}`).sort()).toEqual(entryPoints.sort())
  })

  test('passes publint', async () => {
    const { buffer } = new Uint8Array(await readFile(tarball))
    expect((await publint({ pack: { tarball: buffer }, strict: true })).messages).toEqual([])
  })

  test('passes are-the-types-wrong', async () => {
    // Every module setting, node10 included; exits with 1 on any problem.
    await run(bin('attw'), [tarball, '--profile', 'strict'], { env })
  })
})

describe('the npm package in an application with the module setting', () => {
  // TypeScript 5, since later versions have no node10.
  let project: string
  beforeAll(async () => {
    project = join(folder, 'module-settings')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{"private":true}')
    const { devDependencies } = manifest
    const versions = [
      '@middy/core',
      '@aws-sdk/client-dynamodb',
      '@opentelemetry/api',
      '@types/node',
      '@types/aws-lambda',
    ]
    await run(
      'npm',
      [
        ...['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, 'typescript@5.9.3'],
        ...versions.map((name) => `${name}@${devDependencies[name]}`),
      ],
      { cwd: project, env },
    )
  }, 120_000)

  test.each<readonly [type: string, module: string, moduleResolution: string]>([
    ['commonjs', 'commonjs', 'node10'],
    ['module', 'nodenext', 'nodenext'],
    ['commonjs', 'node16', 'node16'],
    ['module', 'node16', 'node16'],
    ['commonjs', 'nodenext', 'nodenext'],
    ['module', 'esnext', 'bundler'],
  ])(
    'type %s, module %s, moduleResolution %s: compiles and runs',
    async (type, module, moduleResolution) => {
      const application = join(project, `${type}-${module}-${moduleResolution}`)
      await cp('tests/fixtures/module-settings', application, { recursive: true })
      await writeFile(join(application, 'package.json'), JSON.stringify({ private: true, type }))
      const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: ['node'] }
      const compilerOptions = { target: 'es2023', module, moduleResolution, ...strict }
      await writeFile(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
      const typescript = join(project, 'node_modules/typescript/bin/tsc')
      const compiled = run(process.execPath, [typescript, '--pretty', 'false', '-p', application], {
        cwd: project,
        env,
      })
      const { stdout } = await compiled.catch((failed: { stdout: string }) => failed)
      // Middy 7's declarations need one of its optional peer dependencies.
      const errors = stdout
        .split('\n')
        .filter((line) => line !== '' && !/^(\s|node_modules\/@middy\/core\/)/.test(line))
      expect(errors).toEqual([])
      expect((await run(process.execPath, ['main.js'], { cwd: application, env })).stdout).toBe('works\n')
    },
    60_000,
  )
})

describe.each([['@middy/core'], ['middy-6']])('the npm package installed beside %s', (middy) => {
  let project: string
  let errors: string[]
  beforeAll(async () => {
    project = join(folder, middy.replace('/', '-'))
    await mkdir(project)
    const { devDependencies } = manifest
    const versions = [middy, '@aws-sdk/client-dynamodb', '@types/aws-lambda', '@types/node'].map(
      (name) => `${name === 'middy-6' ? '' : `${name}@`}${devDependencies[name]?.replace('npm:', '')}`,
    )
    await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2023',
          module: 'nodenext',
          types: ['node'],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
        },
      }),
    )
    await cp('tests/fixtures/consumer', project, { recursive: true })
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...versions], {
      cwd: project,
      env,
    })
    const compiled = run(bin('tsc'), ['--pretty', 'false'], { cwd: project, env })
    const { stdout } = await compiled.catch((failed: { stdout: string }) => failed)
    errors = stdout.split('\n').filter((line) => line !== '')
  }, 120_000)

  test('installs no package that its entry points do not need', async () => {
    const installed = (await readdir(join(project, 'node_modules'))).filter((name) => !/^[@.]/.test(name))
    expect(installed).toEqual(expect.arrayContaining(['coatcheck', ...Object.keys(manifest.dependencies)]))
    for (const ours of ['valibot', 'serverless', 'vitest']) expect(installed).not.toContain(ours)
  })

  test('compiles in an application, with library declarations checked', () => {
    // Middy 7's declarations need one of its optional peer dependencies.
    expect(errors.filter((line) => !line.startsWith('node_modules/@middy/core/'))).toEqual([])
  })

  test('accepts a valid session and refuses it once it is revoked', async () => {
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project, env })
    expect(stdout).toBe('let in, then refused\n')
  })

  test('installs the command line', async () => {
    const coatcheck = (...args: string[]) =>
      run(join(project, 'node_modules/.bin/coatcheck'), args, { cwd: project, env })
    expect((await coatcheck('--help')).stdout).toContain('doctor')
    const local = await coatcheck('local', '.').catch((failed: { code: number; stderr: string }) => failed)
    expect(local).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a checkout of Coatcheck') })
    const { endpoint, ...tables } = { endpoint: inject('endpoint'), ...(await createTestTables()) }
    tables.client.destroy()
    const stack = {
      DYNAMODB_ENDPOINT: endpoint,
      USERS_TABLE: tables.users,
      SESSIONS_TABLE: tables.sessions,
      ATTEMPTS_TABLE: tables.attempts,
      ACTIVITY_TABLE: tables.activity,
      ACTIVITY_DAYS: '0',
      PASSWORD_PEPPER: 'p'.repeat(64),
    }
    for (const args of [['create'], ['unlock'], ['show'], ['delete', '--yes']])
      await run(join(project, 'node_modules/.bin/coatcheck'), ['users', ...args, 'ann@example.com'], {
        cwd: project,
        env: { ...env, ...stack },
      })
  })
})
