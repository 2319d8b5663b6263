import type { AuditEvent } from './audit-events.ts'
import type { ErrorCode } from './errors.ts'
import { writeLine } from './log-line.ts'
import { logSettings } from './log-settings.ts'
import { wallMilliseconds } from './system.ts'

// Metrics in CloudWatch's embedded metric format: CloudWatch Logs reads them from a log line, without a call to its API.
// They are sums over the process, so requests that run at the same time need no accounts of their own.

/** The metrics besides those of audit events and refusals; `docs/metrics.md` says what each counts. */
export const OWN_METRICS = [
  'checks',
  'cold_starts',
  'sweeps_pending',
  'mails_failed',
  'datastore_calls',
  'datastore_errors',
  'datastore_retries',
  'datastore_ms',
  'read_units',
  'write_units',
] as const

/** Every metric there can be: no text of a request is part of a name. */
export type MetricName = (typeof OWN_METRICS)[number] | AuditEvent | `refused_${ErrorCode}`

/** The most values of one metric in a line, by the format's specification. */
const MAX_VALUES = 100
/** With `events`, the most requests without an event until a line. */
const MAX_REQUESTS = 100

const counts = new Map<MetricName, number>()
let durations: number[] = []
let isDue = false
let requestsInProgress = 0
let requestsUnwritten = 0

/** Adds to a metric. It is written with the next line, which it does not cause unless `METRICS` is `requests`. */
export function addMetric(name: MetricName, by = 1): void {
  if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by)
}

/** Adds to a metric, so that the request ends with a line of metrics unless `METRICS` is `off`. */
export function countMetric(name: MetricName, by = 1): void {
  addMetric(name, by)
  isDue ||= by > 0
}

/** What a datastore call took. */
export interface MeasuredCall {
  readonly milliseconds: number
  readonly units?: number | undefined
  readonly isRead: boolean
  readonly attempts?: number | undefined
}

/** Adds a datastore call that has succeeded, or whose condition has failed. */
export function measureCall({ milliseconds, units = 0, isRead, attempts = 1 }: MeasuredCall): void {
  addMetric('datastore_calls')
  addMetric(isRead ? 'read_units' : 'write_units', units)
  countMetric('datastore_retries', attempts - 1)
  if (durations.length < MAX_VALUES) durations.push(Math.round(milliseconds * 10) / 10)
}

/** Begins a request that writes its metrics at its end, and not after the check that is a part of it. */
export function beginRequest(): void {
  requestsInProgress++
}

/** Ends a request that has begun with `beginRequest`. */
export function endRequest(): void {
  requestsInProgress--
  write()
}

/** Writes the metrics after a check in a handler of another service. */
export function writeMetrics(): void {
  if (requestsInProgress === 0) write()
}

/**
 * Writes the metrics of the process since the last line, if `METRICS` asks for a line now. Values that no line has when
 * the process ends are lost; with `events` those are of less than a hundred requests without an event.
 */
function write(): void {
  const { METRICS, STAGE } = logSettings()
  if (METRICS !== 'events' && METRICS !== 'requests') {
    reset()
    return
  }
  requestsUnwritten++
  const isFull = requestsUnwritten >= MAX_REQUESTS || durations.length >= MAX_VALUES
  if (METRICS === 'events' && !isDue && !isFull) return
  const values = { ...Object.fromEntries(counts), ...(durations.length > 0 && { datastore_ms: durations }) }
  reset()
  const names = Object.keys(values)
  if (names.length === 0) return
  const Metrics = names.map((Name) => ({ Name, Unit: Name === 'datastore_ms' ? 'Milliseconds' : 'Count' }))
  const directive = { Namespace: 'Coatcheck', Dimensions: [STAGE ? ['stage'] : []], Metrics }
  const _aws = { Timestamp: wallMilliseconds(), CloudWatchMetrics: [directive] }
  writeLine('info', 'metrics', { _aws, ...values })
}

function reset(): void {
  counts.clear()
  durations = []
  isDue = false
  requestsUnwritten = 0
}
