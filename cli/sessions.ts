import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

/** Registers the commands of `coatcheck sessions`. */
export function registerSessions(program: Command, run: Run): void {
  const sessions = program.command('sessions').description('Lists and revokes the sessions of a user.')

  stackCommand(sessions, 'list', 'Lists the active sessions of a user, newest first.')
    .argument('<user>', 'email or id')
    .action(run(async () => (await import('./sessions/list.ts')).listSessions))

  stackCommand(
    sessions,
    'revoke',
    'Revokes one session or all sessions of a user; the next request of each is rejected.',
  )
    .argument('<user>', 'email or id')
    .argument('[session]', 'id of the session (default: all sessions of the user)')
    .option('--all', 'all sessions of the user')
    .option('--yes', 'skip the question')
    .action(run(async () => (await import('./sessions/revoke.ts')).revokeSessions))
}
