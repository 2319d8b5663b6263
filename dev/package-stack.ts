import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FRAMEWORK, SERVERLESS_YML } from './deployment-files.ts'
import { withBucket } from './with-bucket.ts'

/** Options of `coatcheck package`. */
export interface PackageOptions {
  /** The bucket from which CloudFormation takes the zips. */
  readonly bucket: string
  /** The folder in it. */
  readonly prefix: string
  readonly stage: string
  readonly region?: string | undefined
  /** `name=value`, as of `serverless deploy`. */
  readonly params: readonly string[]
  /** Where the template and the zips are written. */
  readonly output: string
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/**
 * Writes a plain CloudFormation template and the zips that it refers to: of the folder of `coatcheck init` in which it is
 * called, else of Coatcheck as the package has it. Needs no AWS account.
 * @throws Error in one sentence if the framework is not installed, or if it refuses the configuration
 */
export async function packageStack({ bucket, prefix, stage, region, params, output }: PackageOptions): Promise<void> {
  const serverless = findFramework()
  const own = await readFile('serverless.yml', 'utf8').catch(() => '')
  const isDeployment = own.includes('node_modules/coatcheck-dev/service/')
  const folder = isDeployment ? resolve('.') : await temporaryDeployment()
  const built = join(folder, '.serverless-package')
  try {
    const options = ['--stage', stage, ...(region ? ['--region', region] : []), '--package', built]
    const args = [serverless, 'package', ...options, ...params.flatMap((param) => ['--param', param])]
    await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    }).catch((error: { stdout?: string; stderr?: string }) => {
      throw new Error(`serverless package failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`.trim())
    })
    const template = JSON.parse(await readFile(join(built, 'cloudformation-template-update-stack.json'), 'utf8'))
    const zips = new Map<string, Buffer>()
    const keyOf = async (file: string) => {
      const zip = await findZip(folder, built, file)
      const hash = createHash('sha256').update(zip).digest('hex').slice(0, 16)
      const name = `${file.replace(/\.zip$/, '')}-${hash}.zip`
      zips.set(name, zip)
      return `${prefix}/${name}`
    }
    const written = await withBucket(template, bucket, keyOf)
    await rm(output, { recursive: true, force: true })
    await mkdir(join(output, 'code'), { recursive: true })
    await writeFile(join(output, 'template.json'), `${JSON.stringify(written, undefined, 1)}\n`)
    for (const [name, zip] of zips) await writeFile(join(output, 'code', name), zip)
    console.log(`Wrote ${join(output, 'template.json')} and ${zips.size} zips. Deploy them with
  aws s3 sync ${join(output, 'code')} s3://${bucket}/${prefix}
  aws cloudformation deploy --stack-name coatcheck-${stage} --template-file ${join(output, 'template.json')} --s3-bucket ${bucket} --s3-prefix ${prefix} --capabilities CAPABILITY_IAM${region ? ` --region ${region}` : ''}`)
  } finally {
    await rm(isDeployment ? built : folder, { recursive: true, force: true })
  }
}

/** Of the project, or of this package. */
function findFramework(): string {
  for (const from of [join(process.cwd(), 'index.js'), import.meta.url]) {
    try {
      return createRequire(from).resolve('serverless/bin/serverless.js')
    } catch {}
  }
  throw new Error(`coatcheck package needs the framework: npm install --save-dev serverless@${FRAMEWORK}`)
}

/** A folder as of `coatcheck init`, in which this package is installed. */
async function temporaryDeployment(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-package-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(PACKAGE, join(folder, 'node_modules/coatcheck-dev'))
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  await writeFile(join(folder, 'serverless.yml'), SERVERLESS_YML)
  await writeFile(join(folder, 'hooks.yml'), 'functions: {}\n')
  return folder
}

/** Those of the package are where it has them; the framework has made those of hooks. */
async function findZip(folder: string, built: string, name: string): Promise<Buffer> {
  const places = [join(built, name), join(folder, 'node_modules/coatcheck-dev/service/functions', name)]
  const found = places.find(existsSync)
  if (!found) throw new Error(`${name} is missing in ${places.join(' and ')}.`)
  return readFile(found)
}
