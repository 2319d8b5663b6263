import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

/** Registers the commands of `coatcheck sessions`. */
export function registerSessions(program: Command, run: Run): void {
  const sessions = program.command('sessions').description('Lists and revokes sessions.')

  stackCommand(sessions, 'list', 'Lists the active sessions of a user, newest first.')
    .argument('<user>', 'email or id')
    .action(run(async () => (await import('./sessions/list.ts')).listSessions))

  stackCommand(
    sessions,
    'revoke',
    'Revokes one session or all sessions of a user, or selected sessions of all users; the next request of each is rejected.',
  )
    .argument('[user]', 'email or id (default: all users; then select sessions)')
    .argument('[session]', 'id of the session (default: all sessions of the user)')
    .option('--all', 'all sessions of the user, or of all users')
    .option('--created-before <time>', 'sessions created before a day or time, such as 2026-11-30T12:00:00Z')
    .option('--ip <network>', 'sessions of an address or network, such as 192.0.2.0/24')
    .option('--scope <scope>', 'sessions with a scope')
    .option('--idle-for <duration>', 'sessions without a request for a time, such as 90m, 12h or 30d')
    .option('--dry-run', 'count the selected sessions of all users, revoke none')
    .option('--max-units <number>', 'most capacity units a second for sessions of all users (default: 200)')
    .option('--checkpoint <file>', 'go on from this file after an interruption')
    .option('--yes', 'skip the question')
    .action(run(async () => (await import('./sessions/revoke.ts')).revokeSessions))
}
