import { startDeadline } from '../../lib/deadline.ts'
import type { User } from '../../lib/user.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { parseCount } from '../fields.ts'
import { count, openProgress, type Progress } from '../progress.ts'
import { searchUsers } from '../search-users.ts'
import { COMMAND_SECONDS, type Stack, withStack } from '../stack.ts'
import { openTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { USER_COLUMNS, userDocument } from '../user-text.ts'

interface Options extends StackOptions {
  readonly limit?: string
  readonly all?: boolean
  readonly search?: string
}

interface Page {
  readonly users: readonly User[]
  readonly isMore: boolean
}

const DEFAULT_LIMIT = 100
const PAGE_SIZE = 100

/** `users list`: prints users page by page, all or those with a text in their email or name. */
export function listUsers(context: Context, options: Options): Promise<ExitCode> {
  const { deliver, complain, interruption } = context.terminal
  const limit = limitOf(options)
  const { search } = options
  if (search?.trim() === '') throw new UsageError('--search is empty.', 'Give a part of an email or a name.')
  return withStack(context, options, {}, async (stack) => {
    const progress = openProgress(context.terminal)
    const formatRows = openTable(USER_COLUMNS)
    let listed = 0
    let isMore = false
    const found = search === undefined ? pages(stack, limit) : matches(search, limit, stack, context.terminal, progress)
    // The interruption reports output that cannot be written.
    const show = (lines: readonly string[]) => deliver(`${lines.join('\n')}\n`).catch(() => {})
    for await (const { users, isMore: hasMore } of found) {
      progress.clear()
      if (users.length > 0)
        await show(options.json ? users.map((user) => JSON.stringify(userDocument(user))) : formatRows(users))
      listed += users.length
      isMore = hasMore
      if (interruption.aborted) break
    }
    if (listed === 0 && !options.json) await show(formatRows([]))
    if (interruption.aborted) complain(`The list ended after ${count(listed, 'user')}.`)
    else if (isMore)
      complain(`Only the first ${listed} users are listed: --limit <number> lists more, --all lists all.`)
    return 0
  })
}

async function* pages({ users }: Stack, limit: number): AsyncGenerator<Page> {
  let left = limit
  let after: User['email'] | undefined
  do {
    const page = await users.list({ limit: Math.min(left, PAGE_SIZE), after }, startDeadline(COMMAND_SECONDS))
    left -= page.users.length
    after = page.next
    yield { users: page.users, isMore: after !== undefined }
  } while (after !== undefined && left > 0)
}

/** Ends with what the search has cost. */
async function* matches(
  text: string,
  limit: number,
  stack: Stack,
  { complain }: Terminal,
  progress: Progress,
): AsyncGenerator<Page> {
  const total = { found: 0, checked: 0, unreadable: 0, units: 0 }
  try {
    for await (const page of searchUsers(text, stack)) {
      const users = page.users.slice(0, limit - total.found)
      total.found += users.length
      total.checked += page.checked
      total.unreadable += page.unreadable
      total.units += page.units
      yield { users, isMore: users.length < page.users.length || (total.found >= limit && !page.isLast) }
      if (total.found >= limit) break
      progress.update(() => `Searched ${count(total.checked, 'user')}, found ${total.found}`)
    }
  } finally {
    progress.clear()
    if (total.unreadable > 0)
      complain('Skipped items that Coatcheck cannot read: run `coatcheck doctor` to locate them.')
    complain(`Searched ${count(total.checked, 'user')} with ${count(Math.ceil(total.units), 'read unit')}.`)
  }
}

function limitOf({ limit, all = false }: Options): number {
  if (all && limit !== undefined) throw new UsageError('--limit and --all exclude each other.', 'Give one of them.')
  if (all) return Infinity
  if (limit === undefined) return DEFAULT_LIMIT
  return parseCount('--limit', limit, 999_999_999)
}
