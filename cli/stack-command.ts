import type { Command } from 'commander'

/** A command that works on a stack: which one it is, and for whom the answer. */
export function stackCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--stage <stage>', 'the stage of the stack; STAGE when left out')
    .option('--region <region>', 'its Region; AWS_REGION, or that of the AWS profile, when left out')
    .option('--json', 'for machines: one document, of lists one a line')
    .addHelpText(
      'after',
      '\nConfiguration: the environment variables of the service. Exit code: 0, 1 failed, 2 for wrong usage.',
    )
}
