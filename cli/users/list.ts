import type { Users } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { User } from '../../lib/user.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { count } from '../progress.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { openTable } from '../table.ts'
import { USER_COLUMNS, userDocument } from '../user-text.ts'

interface Options extends StackOptions {
  readonly limit?: string
  readonly all?: boolean
}

const DEFAULT_LIMIT = 100
const PAGE_SIZE = 100

/** `users list`: prints users page by page. */
export function listUsers(context: Context, options: Options): Promise<ExitCode> {
  const { deliver, complain, interruption } = context.terminal
  const limit = limitOf(options)
  return withStack(context, options, {}, async ({ users }) => {
    const formatRows = openTable(USER_COLUMNS)
    let listed = 0
    let isMore = false
    for await (const page of pages(users, limit)) {
      const lines = options.json ? page.users.map((user) => JSON.stringify(userDocument(user))) : formatRows(page.users)
      if (lines.length > 0) await deliver(`${lines.join('\n')}\n`).catch(() => {}) // the interruption reports it
      listed += page.users.length
      isMore = page.isMore
      if (interruption.aborted) break
    }
    if (interruption.aborted) complain(`The list ended after ${count(listed, 'user')}.`)
    else if (isMore)
      complain(`Only the first ${listed} users are listed: --limit <number> lists more, --all lists all.`)
    return 0
  })
}

async function* pages(users: Users, limit: number): AsyncGenerator<{ users: User[]; isMore: boolean }> {
  let left = limit
  let after: User['email'] | undefined
  do {
    const page = await users.list({ limit: Math.min(left, PAGE_SIZE), after }, startDeadline(COMMAND_SECONDS))
    left -= page.users.length
    after = page.next
    yield { users: page.users, isMore: after !== undefined }
  } while (after !== undefined && left > 0)
}

function limitOf({ limit, all = false }: Options): number {
  if (all && limit !== undefined) throw new UsageError('--limit and --all exclude each other.', 'Give one of them.')
  if (all) return Infinity
  if (limit === undefined) return DEFAULT_LIMIT
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit)
  throw new UsageError(`Invalid --limit ${JSON.stringify(limit)}.`, 'Expected a whole number of at least 1.')
}
