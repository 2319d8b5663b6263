import { startDeadline } from '../../lib/deadline.ts'
import { sessionJson } from '../../lib/http/representation.ts'
import type { Session } from '../../lib/session.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { COMMAND_SECONDS, withStack } from '../open.ts'
import { type Column, openTable } from '../table.ts'
import { findUser } from '../whom.ts'

const COLUMNS: readonly Column<Session>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'LABEL', of: ({ label = '' }) => label, most: 24 },
  { title: 'IP', of: ({ ip }) => ip, most: 39 },
  { title: 'CREATED', of: (session) => sessionJson(session).createdAt },
  { title: 'LAST SEEN', of: (session) => sessionJson(session).lastSeenAt },
  { title: 'EXPIRES', of: (session) => sessionJson(session).expiresAt },
  { title: 'SCOPES', of: ({ scopes }) => scopes.join(' '), most: 40 },
  { title: 'USER AGENT', of: ({ userAgent }) => userAgent, most: 40 },
]

/** `sessions list <user>`: their live sessions, the newest first. */
export function listSessions(context: Context, whom: string, options: StackOptions): Promise<ExitCode> {
  const { print } = context.terminal
  return withStack(context, options, {}, async (stack) => {
    const user = await stack.revocations.finishPendingSweep(await findUser(whom, stack))
    const sessions = await stack.sessions.list(user, startDeadline(COMMAND_SECONDS))
    const lines = options.json ? sessions.map((one) => JSON.stringify(sessionJson(one))) : openTable(COLUMNS)(sessions)
    for (const line of lines) print(line)
    return 0
  })
}
