import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import type { Bundle } from '../../local/bundle.ts'
import type { Service } from '../../local/service.ts'

/** What `serverless package` reads. */
const PARTS = [
  'serverless.yml',
  'package.json',
  'openapi.json',
  'tsconfig.json',
  'functions',
  'console',
  'openapi',
  'client',
  'middleware',
  'lib',
  'build',
  'resources',
  'providers.json',
]

/** `npx serverless package` on a copy of the service, without an AWS account; the copy's folder is the caller's to remove. */
export async function packageService(
  environment: Record<string, string> = {},
  params: readonly string[] = [],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-package-'))
  for (const part of PARTS) await cp(part, join(folder, part), { recursive: true })
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  const serverless = resolve('node_modules/serverless/bin/serverless.js')
  const options = ['--stage', 'prod', ...params.flatMap((param) => ['--param', param])]
  await promisify(execFile)(process.execPath, [serverless, 'package', ...options], {
    cwd: folder,
    // The plugin leaves temporary files.
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, SLS_TELEMETRY_DISABLED: '1', ...environment },
  })
  return folder
}

/** The code of each function as it would be uploaded, unpacked: what the local front can run in esbuild's place. */
export async function unpackFunctions({ functions }: Service, packaged: string, to: string) {
  const bundles = new Map<string, Bundle>()
  for (const { name, handler } of functions) {
    const files = unzipSync(await readFile(join(packaged, '.serverless', `${name}.zip`)))
    for (const [path, contents] of Object.entries(files)) {
      const file = join(to, name, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, contents)
    }
    const [module = '', exportName = ''] = handler.split('.')
    bundles.set(name, { file: join(to, name, `${module}.mjs`), exportName })
  }
  return bundles
}
