import { setTimeout as pause } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from '../../lib/dynamodb/send.ts'
import { fromSessionItem } from '../../lib/dynamodb/session-item.ts'
import type { SessionRow } from '../../lib/session.ts'
import { monotonicMilliseconds, systemClock } from '../../lib/system.ts'
import { COMMAND_SECONDS, type Stack } from '../stack.ts'
import { openCheckpoint, type RevocationState } from './checkpoint.ts'
import type { Criteria } from './criteria.ts'

export interface RevocationOptions {
  readonly criteria: Criteria
  /** The options that select, as one text. */
  readonly selection: string
  /** The most capacity units a second: reads of the scan, and the writes for each session. */
  readonly maxUnits: number
  readonly dryRun: boolean
  /** A file that an interrupted run goes on from. */
  readonly checkpoint: string | undefined
  readonly signal: AbortSignal
  onProgress(state: RevocationState): void
}

/** Segments that are scanned side by side. */
const SEGMENTS = 4
/** Rows of a page: about as many units as a second allows, so that the pace stays even. */
const PAGE_ROWS = 400
/** Sessions of a page that are revoked at the same time. */
const PARALLEL_REVOCATIONS = 16

/**
 * Revokes every session that the criteria select, by strongly consistent scans of the sessions table: one pass after the
 * other until one revokes nothing, because a session may be replaced in a part of the table that was scanned already. Costs a scan per pass, a
 * write per session and the write that records it. Stops at an interruption, after the page in progress.
 */
export async function revokeMany(stack: Stack, options: RevocationOptions): Promise<RevocationState> {
  const { selection, dryRun, signal, onProgress } = options
  const checkpoint = openCheckpoint(options.checkpoint)
  const state = (await checkpoint.load(selection)) ?? newState(selection)
  const spend = createPace(options.maxUnits, signal)
  do {
    await Promise.all(
      state.segments.map(async (_, segment) => {
        while (state.segments[segment] !== 'done' && !signal.aborted) {
          const page = await scanPage(stack, segment, state)
          const selected = page.rows.filter((row) => options.criteria.matches(row, state.startedAt))
          if (!dryRun) await revokeAll(stack, selected)
          state.segments[segment] = page.next ?? 'done'
          state.scanned += page.scanned
          state.matched += selected.length
          state.units += page.units
          if (!dryRun) {
            state.revokedInPass += selected.length
            state.revoked += selected.length
            await checkpoint.save(state)
          }
          onProgress(state)
          await spend(page.units + (dryRun ? 0 : selected.length * unitsPerSession(stack)))
        }
      }),
    )
    if (signal.aborted) return state
    state.passes++
  } while (startNextPass(state))
  await checkpoint.remove()
  return state
}

const newState = (selection: string): RevocationState => ({
  selection,
  startedAt: systemClock(),
  segments: Array.from({ length: SEGMENTS }, () => 'start' as const),
  ...{ revokedInPass: 0, revoked: 0, scanned: 0, matched: 0, units: 0, passes: 0 },
})

/** False if the pass before revoked nothing. */
function startNextPass(state: RevocationState): boolean {
  if (state.revokedInPass === 0) return false
  state.revokedInPass = 0
  state.segments = state.segments.map(() => 'start')
  return true
}

async function scanPage({ client, config }: Stack, Segment: number, { segments }: RevocationState) {
  const place = segments[Segment]
  const scan = new ScanCommand({
    TableName: config.tables.sessions,
    ...RETURN_CONSUMED_CAPACITY,
    ConsistentRead: true,
    Segment,
    TotalSegments: segments.length,
    Limit: PAGE_ROWS,
    ...(typeof place === 'object' && { ExclusiveStartKey: place }),
  })
  const page = await sendUnconditional(client, scan, startDeadline(COMMAND_SECONDS))
  return {
    rows: (page.Items ?? []).flatMap((item) => fromSessionItem(item) ?? []),
    scanned: page.Items?.length ?? 0,
    units: page.ConsumedCapacity?.CapacityUnits ?? 0,
    next: page.LastEvaluatedKey as Item | undefined,
  }
}

async function revokeAll({ sessions, log, record }: Stack, rows: readonly SessionRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += PARALLEL_REVOCATIONS) {
    await Promise.all(
      rows.slice(start, start + PARALLEL_REVOCATIONS).map(async ({ userId, id }) => {
        const outcome = await sessions.revoke(userId, id, startDeadline(COMMAND_SECONDS))
        if (outcome !== 'absent') logRevoked(log, userId, [id], 'revoked')
      }),
    )
    await record()
  }
}

/** A delete; the entry of activity is written to the table and to its index. */
const unitsPerSession = ({ config }: Stack) => (config.activityDays === 0 ? 1 : 3)

/** Waits so long after each call that no more units are spent than the limit. */
function createPace(unitsPerSecond: number, signal: AbortSignal) {
  let freeAt = monotonicMilliseconds()
  return async (units: number) => {
    freeAt = Math.max(freeAt, monotonicMilliseconds()) + (units / unitsPerSecond) * 1000
    const waitMs = freeAt - monotonicMilliseconds()
    if (waitMs > 0) await pause(waitMs, undefined, { signal }).catch(() => {}) // an interruption ends the wait
  }
}
