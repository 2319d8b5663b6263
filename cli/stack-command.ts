import type { Command } from 'commander'

/** The exit codes of every command, for its help. */
export const EXIT_CODES = 'Exit codes: 0 success, 1 failure, 2 wrong usage or configuration, 130 interrupted.'

/** Adds a command with the options that every command on a stack has. */
export function stackCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--stage <stage>', 'stage of the stack (default: STAGE)')
    .option('--region <region>', 'Region of the stack (default: AWS_REGION, or the Region of the AWS profile)')
    .option('--json', 'JSON output: one document, or one for each line of a list; errors too, on standard error')
    .addHelpText('after', `\nConfiguration: the environment variables of the service. ${EXIT_CODES}`)
}
