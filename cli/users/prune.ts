import { rfc3339 } from '../../lib/instant.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { count, openProgress } from '../progress.ts'
import { type Stack, withStack } from '../stack.ts'
import { findStrayItems, type Removal, removePointer, removeUser, type StrayItems } from '../stray-items.ts'
import { type Column, openTable } from '../table.ts'
import { conclude } from '../terminal.ts'

interface Options extends StackOptions, Destructive {
  readonly dryRun?: boolean
}

/** A stray item as JSON. */
interface Stray {
  readonly item: 'user' | 'pointer'
  readonly userId: string
  readonly email: string
  readonly createdAt?: string
}

const COLUMNS: readonly Column<Stray>[] = [
  { title: 'ITEM', textOf: ({ item }) => item },
  { title: 'USER', textOf: ({ userId }) => userId },
  { title: 'EMAIL', textOf: ({ email }) => email, maxLength: 40 },
  { title: 'CREATED', textOf: ({ createdAt = '' }) => createdAt },
]

/** `users prune`: finds and deletes what interrupted registrations, imports and deletions have left. */
export function pruneUsers(context: Context, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const { json = false, dryRun = false } = options
  return withStack(context, options, {}, async (stack) => {
    const progress = openProgress(terminal)
    const showScanned = (items: number) => progress.update(() => `Checked ${count(items, 'item')}`)
    const found = await findStrayItems(stack, showScanned, terminal.interruption)
    progress.clear()
    const strays = describe(found)
    if (!json && strays.length > 0) for (const line of openTable(COLUMNS)(strays)) terminal.print(line)
    const tally = { deleted: 0, kept: 0 }
    const summarize = () => conclude(terminal, json ? summaryJson(found, tally, dryRun) : summaryText(found, tally))
    if (strays.length === 0 || dryRun || terminal.interruption.aborted) {
      if (json) for (const stray of strays) terminal.print(JSON.stringify({ ...stray, outcome: 'found' }))
      await summarize()
      return 0
    }
    await confirm(`Delete ${nameCounts(found)}?`, options, terminal)
    try {
      for (const [index, remove] of removals(found, stack).entries()) {
        if (terminal.interruption.aborted) break
        const outcome = await remove()
        tally[outcome]++
        if (json) terminal.print(JSON.stringify({ ...strays[index], outcome }))
        progress.update(() => `Deleted ${tally.deleted} of ${strays.length}`)
      }
    } finally {
      progress.clear()
      await summarize()
    }
    return 0
  })
}

function describe({ users, pointers }: StrayItems): Stray[] {
  return [
    ...users.map(({ id, email, createdAt }) => ({
      item: 'user' as const,
      userId: id,
      email,
      createdAt: rfc3339(createdAt),
    })),
    ...pointers.map(({ email, userId }) => ({ item: 'pointer' as const, userId, email })),
  ]
}

function removals({ users, pointers }: StrayItems, stack: Stack): (() => Promise<Removal>)[] {
  return [
    ...users.map((user) => () => removeUser(user, stack)),
    ...pointers.map((pointer) => () => removePointer(pointer, stack)),
  ]
}

function nameCounts({ users, pointers }: StrayItems): string {
  return `${count(users.length, 'user')} without a pointer and ${count(pointers.length, 'pointer')} without a user`
}

function summaryText(found: StrayItems, { deleted, kept }: Record<Removal, number>): string {
  const lines = [`Found ${nameCounts(found)}. Deleted ${count(deleted, 'item')}.`]
  if (kept > 0) lines.push(`${count(kept, 'item')} changed in the meantime and stayed.`)
  if (found.young > 0)
    lines.push(
      `${count(found.young, 'user')} without a pointer, younger than 15 minutes, may still be in registration: run this again later.`,
    )
  return lines.join('\n')
}

function summaryJson({ users, pointers, young }: StrayItems, tally: Record<Removal, number>, dryRun: boolean): string {
  return JSON.stringify({ summary: { users: users.length, pointers: pointers.length, ...tally, young, dryRun } })
}
