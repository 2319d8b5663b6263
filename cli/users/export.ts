import { resolve } from 'node:path'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { logEntry } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { defined } from '../../lib/defined.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { exportJson } from '../../lib/http/export-json.ts'
import { type ExportPage, type ExportSources, exportUser } from '../../lib/privacy/export.ts'
import { replaceFile } from '../../lib/replace-file.ts'
import type { UserId } from '../../lib/user.ts'
import { type Context, type ExitCode, Failure, type StackOptions } from '../command.ts'
import { findUserId } from '../find-user.ts'
import { count, openProgress } from '../progress.ts'
import { rateLimitSourceOf } from '../rate-limits.ts'
import { COMMAND_SECONDS, type Stack, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'

interface Options extends StackOptions {
  /** The file that receives the document; without it, standard output does. */
  readonly out?: string
}

/** `users export <user>`: prints or writes everything that the tables hold about a user, as one JSON document. */
export function exportUserData(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const userId = await findUserId(emailOrId, stack)
    const { pepper } = stack.config.password
    if (!pepper)
      terminal.complain(
        'Without PASSWORD_PEPPER the failed sign-ins and the rate limits of the user are not exported: their keys are made with it.',
      )
    const progress = openProgress(terminal)
    const showEntries = (entries: number) => progress.update(() => `Read ${count(entries, 'entry', 'entries')}`)
    const page = await readAll(userId, sourcesOf(stack), showEntries, terminal.interruption)
    progress.clear()
    stack.log(logEntry('authz_admin', { target: userId, action: 'export_user' }))
    const document = JSON.stringify(exportJson(page), null, options.json ? undefined : 2)
    if (options.out === undefined) {
      await terminal.deliver(`${document}\n`)
      return 0
    }
    const file = resolve(options.out)
    await replaceFile(file, `${document}\n`).catch((error: Error) => {
      throw new Failure('file_not_writable', `Cannot write ${file}: ${error.message}.`, 'Give --out another file.')
    })
    await conclude(
      terminal,
      options.json ? JSON.stringify({ exported: userId, file }) : `Exported ${userId} to ${file}.`,
    )
    return 0
  })
}

function sourcesOf(stack: Stack): ExportSources {
  const { config, client, users } = stack
  const { tables, password, activityDays: days } = config
  return {
    users,
    sessions: dynamodbSessionStore({ client, tableName: tables.sessions }),
    activity: dynamodbActivityStore({ client, tableName: tables.activity, days }),
    ...defined({
      attempts: password.pepper && rateLimitSourceOf(stack, password.pepper),
    }),
  }
}

async function readAll(
  userId: UserId,
  sources: ExportSources,
  onRead: (entries: number) => void,
  interruption: AbortSignal,
): Promise<ExportPage> {
  const read = (cursor?: string) => exportUser(sources, userId, cursor, startDeadline(COMMAND_SECONDS))
  const { cursor: first, ...start } = await read()
  const activity: ActivityEntry[] = [...start.activity]
  for (let cursor = first; cursor !== undefined; ) {
    interruption.throwIfAborted()
    const page = await read(cursor)
    activity.push(...page.activity)
    onRead(activity.length)
    cursor = page.cursor
  }
  return { ...start, activity }
}
