import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

/** Registers the commands of `coatcheck activity`. */
export function registerActivity(program: Command, run: Run): void {
  const activity = program.command('activity').description('Lists what happened to users.')

  stackCommand(activity, 'list', 'Lists the activity of all users or of one, newest first.')
    .option('--user <user>', 'email or id (default: all users)')
    .option('--event <event>', 'only this event, such as authn_login_fail or session_expired')
    .option('--since <time>', 'from a day or time on, such as 2026-11-30T12:00:00Z (default: a day ago)')
    .option('--limit <number>', 'most lines (default: 100)')
    .action(run(async () => (await import('./activity/list.ts')).listActivity))
}
