import { ACTIVITY_EVENTS, type ActivityEvent } from '../../lib/activity/activity-events.ts'
import type { ActivityPage, ActivityPageRequest, ActivityStore } from '../../lib/activity/activity-store.ts'
import { endReasonText } from '../../lib/activity/end-reason-text.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { defined } from '../../lib/defined.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { activityJson } from '../../lib/http/activity-json.ts'
import { systemClock } from '../../lib/system.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { parseCount } from '../fields.ts'
import { findUser } from '../find-user.ts'
import { parseTime } from '../sessions/criteria.ts'
import { COMMAND_SECONDS, type Stack, withStack } from '../stack.ts'
import { type Column, openTable } from '../table.ts'

interface Options extends StackOptions {
  readonly user?: string
  readonly event?: string
  readonly since?: string
  readonly limit?: string
}

type Line = ReturnType<typeof activityJson>[number]
type ReadPage = (request: ActivityPageRequest) => Promise<ActivityPage>

const DEFAULT_LIMIT = 100
const PAGE_SIZE = 100
const DAY_SECONDS = 86_400

const COLUMNS: readonly Column<Line>[] = [
  { title: 'TIME', textOf: ({ at }) => at.replace(/\.\d+/, '') },
  { title: 'EVENT', textOf: ({ event }) => event },
  { title: 'USER', textOf: ({ userId, account = '' }) => userId ?? `account ${account}` },
  { title: 'BY', textOf: ({ by = '' }) => by },
  { title: 'WHAT', textOf: what, maxLength: 40 },
  { title: 'IP', textOf: ({ ip = '' }) => ip, maxLength: 39 },
  { title: 'USER AGENT', textOf: ({ userAgent = '' }) => userAgent, maxLength: 40 },
]

/** `activity list`: prints what happened to all users or to one, newest first. */
export function listActivity(context: Context, options: Options): Promise<ExitCode> {
  const { print, complain, interruption } = context.terminal
  const limit = options.limit === undefined ? DEFAULT_LIMIT : parseCount('--limit', options.limit, 999_999)
  const since = options.since === undefined ? systemClock() - DAY_SECONDS : parseTime(options.since, '--since')
  const event = options.event === undefined ? undefined : parseEvent(options.event)
  return withStack(context, options, {}, async (stack) => {
    const read = await openList(stack, options.user, complain)
    const formatRows = openTable(COLUMNS)
    let [left, isMore] = [limit, false]
    let cursor: string | undefined
    do {
      const page = await read({ limit: Math.min(left, PAGE_SIZE), since, ...defined({ event, cursor }) })
      const found = page.entries.flatMap(activityJson)
      const lines = found.slice(0, left)
      for (const line of options.json ? lines.map((each) => JSON.stringify(each)) : formatRows(lines)) print(line)
      left -= lines.length
      cursor = page.cursor
      isMore = cursor !== undefined || lines.length < found.length
    } while (cursor !== undefined && left > 0 && !interruption.aborted)
    if (isMore) complain(`Only the first ${limit - left} lines are listed: --limit <number> lists more.`)
    return 0
  })
}

/** The failed sign-ins of a user are found only with the pepper. */
async function openList(
  stack: Stack,
  emailOrId: string | undefined,
  complain: (line: string) => void,
): Promise<ReadPage> {
  const { client, config } = stack
  const { pepper } = config.password
  // The table may have more days than this environment says, and none of them must be left out.
  const days = Math.max(config.activityDays, 1)
  const store: ActivityStore = dynamodbActivityStore({ client, tableName: config.tables.activity, days })
  const deadline = () => startDeadline(COMMAND_SECONDS)
  if (emailOrId === undefined) return (request) => store.listRecent(request, deadline())
  const user = await findUser(emailOrId, stack)
  if (!pepper)
    complain('Without PASSWORD_PEPPER the failed sign-ins of the user are not listed: their keys are made with it.')
  const accountTag = pepper && createAttemptKeys(pepper).accountTag(user.email)
  return (request) => store.listOfUser(user.id, { ...request, accountTag }, deadline())
}

function parseEvent(text: string): ActivityEvent {
  const event = ACTIVITY_EVENTS.find((each) => each === text)
  if (!event)
    throw new UsageError(`${JSON.stringify(text)} is no event.`, `Give one of: ${ACTIVITY_EVENTS.join(', ')}.`)
  return event
}

function what({ event, by, reason, sessionIds = [], sessions, action, from, to, status, until }: Line): string {
  const count = sessions ?? sessionIds.length
  const texts = [
    event === 'session_expired' ? endReasonText(reason, by) : (reason ?? action),
    count > 1 ? `${count} sessions` : sessionIds[0],
    from === undefined && to === undefined ? undefined : `${from || 'none'} → ${to || 'none'}`,
    status,
    until === undefined ? undefined : `until ${until}`,
  ]
  return texts.filter((text) => text !== undefined).join(', ')
}
