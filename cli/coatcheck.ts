#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { registerActivity } from './activity.ts'
import type { ExitCode } from './command.ts'
import { maskDashedArguments } from './dashed-arguments.ts'
import { registerDev } from './dev.ts'
import { explainAny } from './explain-error.ts'
import { withRunningEngine } from './local-stage.ts'
import { registerMail } from './mail.ts'
import { complete, reportError, runner } from './run.ts'
import { registerSessions } from './sessions.ts'
import { registerSignals } from './signals.ts'
import { EXIT_CODES } from './stack-command.ts'
import { terminalOf } from './terminal.ts'
import { explainUsage } from './usage.ts'
import { registerUsers } from './users.ts'

// The entry point of the command line: registers the commands, whose modules are loaded on demand. Only this file uses
// the process (environment, streams, exit code).

const { version } = createRequire(import.meta.url)('coatcheck/package.json') as { version: string }
const terminal = terminalOf(process)
/** Also for a command line that cannot be parsed. */
const json = process.argv.includes('--json')
const program = new Command('coatcheck').description('Manages a Coatcheck stack.').version(version).exitOverride()
if (json) program.configureOutput({ writeErr: () => {} }) // reported as JSON below

const run = runner({ environment: process.env, terminal }, leave)
program
  .command('doctor')
  .description('Checks the configuration, tables and authorizers of a stack, and says how to correct each failure.')
  .option('--stage <stage>', 'stage of the stack (default: STAGE)')
  .option('--region <region>', 'Region of the stack (default: AWS_REGION, or the Region of the AWS profile)')
  .option('--json', 'JSON output: one document')
  .addHelpText(
    'after',
    `\n${EXIT_CODES.replace('0 success', '0 no check failed').replace('1 failure', '1 a check failed')}`,
  )
  .action(
    run(async () => {
      const { doctor } = await import('./doctor.ts')
      return async ({ environment, terminal }, { stage, region, json }: DoctorArguments) =>
        doctor(
          await withRunningEngine({ ...environment, ...(stage !== undefined && { STAGE: stage }) }),
          { region, json },
          terminal,
        )
    }),
  )
registerUsers(program, run)
registerSessions(program, run)
registerActivity(program, run)
registerMail(program, run)
registerSignals(program, run)
registerDev(program, run, leave)

interface DoctorArguments {
  readonly stage?: string
  readonly region?: string
  readonly json?: boolean
}

program
  .command('local')
  .description('Runs Coatcheck on this machine, with other services of which the folders are given.')
  .argument('[folders...]', 'folders with a serverless.yml')
  .option('--watch', 'show the datastore calls, units and milliseconds of each request')
  .addHelpText(
    'after',
    '\nConfiguration: the environment variables in docs/configuration.md. Data is stored in the folder .coatcheck.',
  )
  .action(async (folders: string[], { watch }: { watch?: true }) => {
    // A URL instead of an import: the published package does not contain this file.
    const start = new URL('../local/start.ts', import.meta.url)
    if (!existsSync(start))
      program.error(
        'coatcheck local needs a checkout of Coatcheck: clone it, run npm ci, and run coatcheck local <your folder> there. Without one, use coatcheck dev.',
      )
    const { startLocal } = (await import(start.href)) as { startLocal(folders: readonly string[]): Promise<void> }
    await startLocal(watch ? ['--watch', ...folders] : folders)
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

try {
  await program.parseAsync(maskDashedArguments(process.argv))
} catch (error) {
  if (!(error instanceof CommanderError)) {
    reportError(error, terminal, { json })
    await leave(explainAny(error).exitCode)
  } else if (error.exitCode === 0) await leave(await complete(async () => 0, terminal, { json }))
  else {
    if (json) reportError(explainUsage(error), terminal, { json })
    await leave(2)
  }
}

/** Ends the process after the output is written, without waiting for calls that have timed out. */
async function leave(exitCode: ExitCode): Promise<never> {
  await terminal.deliver('').catch(() => {})
  return new Promise(() => process.stderr.write('', () => process.exit(exitCode)))
}
