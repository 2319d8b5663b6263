import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

/** `coatcheck sessions …`: what there is, and the file that does it. */
export function registerSessions(program: Command, run: Run): void {
  const sessions = program.command('sessions').description('Looks after the sessions of a user.')

  stackCommand(sessions, 'list', 'Lists the live sessions of a user, the newest first.')
    .argument('<user>', 'email or id')
    .action(run(async () => (await import('./sessions/list.ts')).listSessions))

  stackCommand(sessions, 'revoke', 'Ends a session, or all of a user: their very next request is refused.')
    .argument('<user>', 'email or id')
    .argument('[session]', 'its id; all of them when left out')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask')
    .action(run(async () => (await import('./sessions/revoke.ts')).revokeSessions))
}
