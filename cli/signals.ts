import type { Command } from 'commander'
import type { Run } from './run.ts'

const EXIT_CODES = 'Exit codes: 0 success, 1 failure, 2 wrong usage.'
const SETTINGS = `\nConfiguration: ORIGIN of the service, and SIGNALS_TOKEN, a token of the transmitter's management API. ${EXIT_CODES}`

/** Registers the commands of `coatcheck signals`. */
export function registerSignals(program: Command, run: Run): void {
  const signals = program
    .command('signals')
    .description('Manages the stream of security events that a provider pushes to the service.')

  const command = (name: string, description: string) =>
    signals
      .command(name)
      .argument('<provider>', 'id of the provider')
      .description(description)
      .option('--providers <file>', "the providers' file (default: providers.json)")
      .option('--json', 'JSON output: one document')
      .addHelpText('after', SETTINGS)

  command('create-stream', 'Creates the stream at the transmitter, and prints the settings that belong to it.').action(
    run(async () => (await import('./signals/create-stream.ts')).createStream),
  )
  command('verify', 'Asks the transmitter to send an event that verifies the stream.')
    .option('--stream <id>', 'id of the stream (default: the one that leads to the service)')
    .action(run(async () => (await import('./signals/verify-stream.ts')).verifyStream))
}
