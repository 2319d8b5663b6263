import { startDeadline } from '../../lib/deadline.ts'
import { sessionJson } from '../../lib/http/representation.ts'
import type { Session } from '../../lib/session.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { findUser } from '../find-user.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { type Column, openTable } from '../table.ts'

const COLUMNS: readonly Column<Session>[] = [
  { title: 'ID', textOf: ({ id }) => id },
  { title: 'LABEL', textOf: ({ label = '' }) => label, maxLength: 24 },
  { title: 'IP', textOf: ({ ip }) => ip, maxLength: 39 },
  { title: 'CREATED', textOf: (session) => sessionJson(session).createdAt },
  { title: 'LAST SEEN', textOf: (session) => sessionJson(session).lastSeenAt },
  { title: 'EXPIRES', textOf: (session) => sessionJson(session).expiresAt },
  { title: 'SCOPES', textOf: ({ scopes }) => scopes.join(' '), maxLength: 40 },
  { title: 'USER AGENT', textOf: ({ userAgent }) => userAgent, maxLength: 40 },
]

/** `sessions list <user>`: prints the active sessions of a user, newest first. */
export function listSessions(context: Context, emailOrId: string, options: StackOptions): Promise<ExitCode> {
  const { print } = context.terminal
  return withStack(context, options, {}, async (stack) => {
    const user = await stack.revocations.finishPendingSweep(await findUser(emailOrId, stack))
    const sessions = await stack.sessions.list(user, startDeadline(COMMAND_SECONDS))
    const lines = options.json
      ? sessions.map((session) => JSON.stringify(sessionJson(session)))
      : openTable(COLUMNS)(sessions)
    for (const line of lines) print(line)
    return 0
  })
}
