import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { VERSION } from '../lib/version.ts'
import { type ExitCode, Failure, UsageError } from './command.ts'
import type { Run } from './run.ts'

// `dev`, `init` and `package` are in the package `coatcheck-dev`, so that an application does not install them with the
// library.

interface Commands {
  dev(options: object, environment: Readonly<Record<string, string | undefined>>): Promise<void>
  init(folder: string): Promise<void>
  packageStack(options: object): Promise<void>
}

interface DevArguments {
  readonly alone?: boolean
  readonly port?: string
  readonly memory?: boolean
  readonly adminPassword?: string
  readonly seed?: string
  readonly watch?: boolean
}

interface PackageArguments {
  readonly bucket: string
  readonly prefix: string
  readonly stage: string
  readonly region?: string
  readonly param?: readonly string[]
  readonly output: string
}

/**
 * Registers the commands of `coatcheck-dev`.
 * @param leave ends the process
 */
export function registerDev(program: Command, run: Run, leave: (exitCode: ExitCode) => Promise<never>): void {
  program
    .command('dev')
    .description('Runs Coatcheck on this machine, beside the handlers of your serverless.yml.')
    .argument('[folders...]', 'folders with a serverless.yml (default: this one, if it has one)')
    .option('--port <port>', 'port, 0 for any free one (default: PORT, or 4000)')
    .option('--memory', 'keep nothing: tables in memory instead of in .coatcheck')
    .option(
      '--admin-password <password>',
      'password of admin@localhost (default: COATCHECK_ADMIN_PASSWORD, or generated)',
    )
    .option('--seed <file>', 'JSON file with users to create')
    .option('--alone', 'serve Coatcheck alone, beside another dev server')
    .option('--watch', 'show the datastore calls, units and milliseconds of each request')
    .addHelpText('after', '\nConfiguration: the environment variables of the README.')
    // Not by `run`, for which a signal is an interruption: here it is the end.
    .action(async (folders: string[], options: DevArguments) => {
      const { dev } = await loadDev()
      await failing(dev({ ...options, folders }, process.env))
      await leave(0)
    })
  program
    .command('init')
    .description('Writes a folder from which Coatcheck is deployed, and upgraded by npm update.')
    .argument('[folder]', 'a new folder', 'coatcheck')
    .action(
      run(async () => {
        const { init } = await loadDev()
        return async (_context, folder: string) => {
          await failing(init(folder))
          return 0
        }
      }),
    )
  program
    .command('package')
    .description('Writes a CloudFormation template and its zips, for the AWS CLI, SAM, CDK or Terraform.')
    .requiredOption('--bucket <bucket>', 'bucket for the zips, in the Region of the stack')
    .option('--prefix <prefix>', 'folder in the bucket', 'coatcheck')
    .option('--stage <stage>', 'stage of the stack', 'prod')
    .option('--region <region>', 'Region of the stack')
    .option('--param <name=value...>', 'parameters of the configuration, such as origin=https://auth.example.com')
    .option('--output <folder>', 'folder for the template and the zips, which is replaced', 'coatcheck-package')
    .action(
      run(async () => {
        const { packageStack } = await loadDev()
        return async (_context, { param = [], ...options }: PackageArguments) => {
          await failing(packageStack({ ...options, params: param }))
          return 0
        }
      }),
    )
}

/** Their errors are sentences for the user. */
const failing = (work: Promise<void>): Promise<void> =>
  work.catch((error: Error) => {
    throw new Failure('unexpected', error.message)
  })

/** Imports the package from the project, from beside this one, or from the checkout. */
async function loadDev(): Promise<Commands> {
  const source = new URL('../dev/commands.ts', import.meta.url)
  if (existsSync(source)) return import(source.href)
  for (const from of [join(process.cwd(), 'index.js'), import.meta.url]) {
    let file: string
    try {
      file = createRequire(from).resolve('coatcheck-dev/commands')
    } catch {
      continue
    }
    return import(pathToFileURL(file).href)
  }
  throw new UsageError(
    'This command is in the package coatcheck-dev, which is not installed.',
    `Run \`npm install --save-dev coatcheck-dev@${VERSION}\`.`,
    'missing_package',
  )
}
