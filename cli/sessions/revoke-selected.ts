import { monotonicMilliseconds } from '../../lib/system.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { parseCount } from '../fields.ts'
import { count, openProgress } from '../progress.ts'
import { withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import type { RevocationState } from './checkpoint.ts'
import { type CriteriaOptions, parseCriteria } from './criteria.ts'
import { revokeMany } from './revoke-many.ts'

export interface SelectionOptions extends CriteriaOptions, StackOptions, Destructive {
  readonly dryRun?: boolean
  readonly maxUnits?: string
  readonly checkpoint?: string
}

const DEFAULT_MAX_UNITS = '200'

/** `sessions revoke --all` and its like: revokes the selected sessions of all users. */
export function revokeSelected(context: Context, options: SelectionOptions): Promise<ExitCode> {
  const { terminal } = context
  const { dryRun = false, json, all, createdBefore, ip, scope, idleFor } = options
  const criteria = parseCriteria(options)
  const maxUnits = parseCount('--max-units', options.maxUnits ?? DEFAULT_MAX_UNITS, 9_999_999)
  return withStack(context, options, {}, async (stack) => {
    if (!dryRun) await confirm(`Revoke ${criteria.description}, of all users?`, options, terminal)
    const progress = openProgress(terminal)
    const startedAt = monotonicMilliseconds()
    const state = await revokeMany(stack, {
      criteria,
      selection: JSON.stringify({ all, createdBefore, ip, scope, idleFor }),
      maxUnits,
      dryRun,
      checkpoint: options.checkpoint,
      signal: terminal.interruption,
      onProgress: ({ scanned, matched }) =>
        progress.update(
          () => `${count(scanned, 'row')} read, ${count(matched, 'session')} ${dryRun ? 'selected' : 'revoked'}`,
        ),
    }).finally(() => progress.clear())
    const seconds = Math.round((monotonicMilliseconds() - startedAt) / 1000)
    const summary = json ? summaryJson(state, { dryRun, seconds }) : summaryText(state, dryRun)
    await conclude(terminal, summary)
    if (terminal.interruption.aborted && options.checkpoint && !dryRun)
      terminal.complain(`The same command goes on from ${options.checkpoint}.`)
    return 0
  })
}

function summaryText({ scanned, matched, revoked, units }: RevocationState, dryRun: boolean): string {
  const read = `${count(scanned, 'row')} read, ${count(Math.round(units), 'read unit')}.`
  if (dryRun) return `${count(matched, 'session')} would be revoked. ${read}`
  return `Revoked ${count(revoked, 'session')}. ${read}`
}

function summaryJson(
  { scanned, matched, revoked, units, passes }: RevocationState,
  more: { dryRun: boolean; seconds: number },
): string {
  return JSON.stringify({ revoked, matched, scanned, readUnits: units, passes, ...more })
}
