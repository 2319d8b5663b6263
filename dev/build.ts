import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { packagedConfiguration } from './packaged-configuration.ts'

// Makes the package: dist/ is the local front with everything that it needs of this repository, service/ is the service with
// its functions bundled as they are deployed.

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const root = here('..')
const manifest = JSON.parse(await readFile(here('package.json'), 'utf8'))

for (const folder of ['dist', 'service']) await rm(here(folder), { recursive: true, force: true })

await build({
  absWorkingDir: root,
  entryPoints: [
    'dev/index.ts',
    'dev/commands.ts',
    'local/worker.ts',
    'local/watched-calls.ts',
    'build/trusted-origins.ts',
  ],
  entryNames: '[name]',
  outdir: here('dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  banner: {
    js: "import{createRequire as createRequireOfBanner}from'node:module';const require=createRequireOfBanner(import.meta.url);",
  },
  legalComments: 'none',
  // tsx only reads a serverless.ts, which the local front does not.
  external: [...Object.keys(manifest.dependencies), 'tsx'],
  logLevel: 'warning',
})

// Declarations that import nothing but each other.
const types = await mkdtemp(join(tmpdir(), 'coatcheck-types-'))
await run(join(root, 'node_modules/.bin/tsc'), ['-p', here('.'), '--outDir', types], { cwd: root })
for (const name of ['index', 'start-coatcheck', 'types'])
  await copyFile(join(types, `dev/${name}.d.ts`), here(`dist/${name}.d.ts`))
await rm(types, { recursive: true })

// The functions as they are deployed.
const packaging = await mkdtemp(join(tmpdir(), 'coatcheck-packaging-'))
const parts = ['serverless.yml', 'package.json', 'openapi.json', 'tsconfig.json', 'functions', 'console', 'openapi']
for (const part of [...parts, 'client', 'middleware', 'lib', 'build', 'resources'])
  await cp(join(root, part), join(packaging, part), { recursive: true })
await symlink(join(root, 'node_modules'), join(packaging, 'node_modules'))
const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js')
await run(process.execPath, [serverless, 'package', '--stage', 'any'], {
  cwd: packaging,
  env: { PATH: process.env.PATH, HOME: packaging, TMPDIR: packaging, SLS_TELEMETRY_DISABLED: '1' },
})
await mkdir(here('service/functions'), { recursive: true })
const { yaml, functions } = packagedConfiguration(root)
for (const name of functions)
  await copyFile(join(packaging, `.serverless/${name}.zip`), here(`service/functions/${name}.zip`))
await writeFile(here('service/serverless.yml'), yaml)
await rm(packaging, { recursive: true })
