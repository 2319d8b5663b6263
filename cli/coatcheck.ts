#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { maskIds } from './id-arguments.ts'
import { withRunningEngine } from './local-stage.ts'
import { runner } from './run.ts'
import { registerSessions } from './sessions.ts'
import { terminalOf } from './terminal.ts'
import { registerUsers } from './users.ts'

// The command line. Each command is a file of its own, loaded when it is asked for: this one only says what there is,
// and is alone in reading the process (environment, streams, exit code).

const WRONG_USAGE = 2

const { version } = createRequire(import.meta.url)('coatcheck/package.json') as { version: string }
const terminal = terminalOf(process)
const program = new Command('coatcheck')
  .description('Looks after a Coatcheck stack.')
  .version(version)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))

program
  .command('doctor')
  .description('Looks at the configuration, tables and authorizers of a stack, and says what to do about each failure.')
  .option('--stage <stage>', 'the stage of the stack; STAGE when left out')
  .option('--region <region>', 'its Region; AWS_REGION, or that of the AWS profile, when left out')
  .option('--json', 'one JSON document instead of lines')
  .addHelpText('after', '\nExit code: 0, 1 when a check failed, 2 for wrong usage.')
  .action(async ({ stage, region, json = false }: { stage?: string; region?: string; json?: boolean }) => {
    const { doctor } = await import('./doctor.ts')
    const environment = await withRunningEngine({ ...process.env, ...(stage !== undefined && { STAGE: stage }) })
    const { print, complain, show } = terminal
    await leave(await doctor(environment, { region, json, print, complain, ...(show && { progress: show }) }))
  })

const run = runner({ environment: process.env, terminal }, leave)
registerUsers(program, run)
registerSessions(program, run)

program
  .command('local')
  .description('Serves Coatcheck on this machine, and beside it the services whose folders are named.')
  .argument('[folders...]', 'folders with a serverless.yml')
  .addHelpText('after', '\nConfiguration: the environment variables of the README. Data is kept in .coatcheck here.')
  .action(async (folders: string[]) => {
    // By an address, not an import: what it needs is in a checkout and not in the published package.
    const start = new URL('../local/start.ts', import.meta.url)
    if (!existsSync(start))
      program.error('coatcheck local runs in a checkout of Coatcheck: clone it, npm ci, and name your folder there.')
    const { startLocal } = (await import(start.href)) as { startLocal(folders: readonly string[]): Promise<void> }
    await startLocal(folders)
    await new Promise(() => {}) // until it is stopped
  })

// Whoever reads along (`| head`) may have seen enough.
process.stdout.on('error', () => process.exit(1))

try {
  await program.parseAsync(maskIds(process.argv))
} catch (error) {
  const [, missing] = /Cannot find package '([^']+)'/.exec((error as Error).message) ?? []
  process.stderr.write(
    missing ? `${missing} is not installed: npm install ${missing}\n` : `${(error as Error).stack}\n`,
  )
  await leave(1)
}

/** Ends the process once all is written, whatever is still under way: a call that was given up holds nobody. */
function leave(exitCode: number): Promise<never> {
  return new Promise(() => process.stdout.write('', () => process.exit(exitCode)))
}
