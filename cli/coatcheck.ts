#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { maskDashedArguments } from './dashed-arguments.ts'
import { withRunningEngine } from './local-stage.ts'
import { runner } from './run.ts'
import { registerSessions } from './sessions.ts'
import { terminalOf } from './terminal.ts'
import { registerUsers } from './users.ts'

// The entry point of the command line: registers the commands, whose modules are loaded on demand. Only this file uses
// the process (environment, streams, exit code).

const WRONG_USAGE_EXIT_CODE = 2

const { version } = createRequire(import.meta.url)('coatcheck/package.json') as { version: string }
const terminal = terminalOf(process)
const program = new Command('coatcheck')
  .description('Manages a Coatcheck stack.')
  .version(version)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE_EXIT_CODE))

program
  .command('doctor')
  .description('Checks the configuration, tables and authorizers of a stack, and says how to correct each failure.')
  .option('--stage <stage>', 'stage of the stack (default: STAGE)')
  .option('--region <region>', 'Region of the stack (default: AWS_REGION, or the Region of the AWS profile)')
  .option('--json', 'JSON output: one document')
  .addHelpText('after', '\nExit codes: 0 no check failed, 1 a check failed, 2 wrong usage.')
  .action(async ({ stage, region, json = false }: { stage?: string; region?: string; json?: boolean }) => {
    const { doctor } = await import('./doctor.ts')
    const environment = await withRunningEngine({ ...process.env, ...(stage !== undefined && { STAGE: stage }) })
    await leave(await doctor(environment, { region, json }, terminal))
  })

const run = runner({ environment: process.env, terminal }, leave)
registerUsers(program, run)
registerSessions(program, run)

program
  .command('local')
  .description('Runs Coatcheck on this machine, with other services of which the folders are given.')
  .argument('[folders...]', 'folders with a serverless.yml')
  .addHelpText(
    'after',
    '\nConfiguration: the environment variables of the README. Data is stored in the folder .coatcheck.',
  )
  .action(async (folders: string[]) => {
    // A URL instead of an import: the published package does not contain this file.
    const start = new URL('../local/start.ts', import.meta.url)
    if (!existsSync(start))
      program.error(
        'coatcheck local needs a checkout of Coatcheck: clone it, run npm ci, and run coatcheck local <your folder> there.',
      )
    const { startLocal } = (await import(start.href)) as { startLocal(folders: readonly string[]): Promise<void> }
    await startLocal(folders)
    await new Promise(() => {}) // runs until a signal stops it
  })

program
  .command('rehearse')
  .description(
    'Runs a packaged service of yours on this machine as AWS runs it, and checks its roles and its template.',
  )
  .argument('<folder>', 'folder in which npx serverless package was run')
  .option('--import <name=value...>', 'values of exports of other stacks')
  .addHelpText('after', '\nRequests: the file rehearsal.json of the folder. See docs/rehearsal.md.')
  .action(async (folder: string, { import: imports = [] }: { import?: string[] }) => {
    const script = new URL('../lab/rehearsal/rehearse.ts', import.meta.url)
    if (!existsSync(script))
      program.error(
        'coatcheck rehearse needs a checkout of Coatcheck: clone it, run npm ci, and run npm run rehearse -- <your folder> there.',
      )
    const args = [fileURLToPath(script), resolve(folder), ...imports.flatMap((each) => ['--import', each])]
    const child = spawn(process.execPath, args, {
      stdio: 'inherit',
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    })
    child.once('exit', (code) => process.exit(code ?? 1))
    await new Promise(() => {})
  })

// The reader of a pipe (`| head`) may close it early.
process.stdout.on('error', () => process.exit(1))

try {
  await program.parseAsync(maskDashedArguments(process.argv))
} catch (error) {
  const [, missing] = /Cannot find package '([^']+)'/.exec((error as Error).message) ?? []
  process.stderr.write(
    missing ? `${missing} is not installed: npm install ${missing}\n` : `${(error as Error).stack}\n`,
  )
  await leave(1)
}

/** Ends the process after the output is written, without waiting for calls that have timed out. */
function leave(exitCode: number): Promise<never> {
  return new Promise(() => process.stdout.write('', () => process.exit(exitCode)))
}
