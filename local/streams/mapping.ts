import { type Fail, type Json, list, object, text } from '../json.ts'
import { compileFilter, type Filter } from './filter.ts'

/** An event source mapping: the stream of a table, and how its records reach a function. */
export interface StreamMapping {
  /** The logical id of the table. */
  readonly table: string
  readonly batchSize: number
  readonly batchWindowSeconds: number
  readonly reportsItemFailures: boolean
  readonly bisects: boolean
  /** `Infinity` as Lambda's default. */
  readonly maximumRetries: number
  readonly maximumAgeSeconds: number
  /** The logical id of the failure destination. */
  readonly onFailure?: string
  readonly accepts: Filter
}

const ACCEPTED = new Set([
  'type',
  'arn',
  'startingPosition',
  'batchSize',
  'batchWindow',
  'functionResponseType',
  'bisectBatchOnFunctionError',
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'destinations',
  'filterPatterns',
  'enabled',
  'parallelizationFactor',
])

/** The window gathers records for fewer invocations; here somebody waits for what the function does. */
const LONGEST_WINDOW_SECONDS = 1

/** Lambda's default of an unlimited number, as the framework and the service write it. */
const limit = (value: unknown) => (value === undefined || value === -1 ? Number.POSITIVE_INFINITY : Number(value))

/**
 * Reads a `stream` event of serverless.yml; `undefined` if it is switched off.
 * @throws Error by `fail` for a stream that is not one of this service's tables, and for an unknown key
 */
export function readStreamMapping(event: Json, fail: Fail): StreamMapping | undefined {
  const declared = object(event.stream)
  const unknown = Object.keys(declared).filter((key) => !ACCEPTED.has(key))
  if (unknown.length > 0)
    throw fail(`unknown key ${unknown.join(', ')} of a stream event; accepted are ${[...ACCEPTED].join(', ')}.`)
  if (declared.enabled === false) return undefined
  const [table, attribute] = list(object(declared.arn)['Fn::GetAtt']).map(text)
  if ((declared.type ?? 'dynamodb') !== 'dynamodb' || !table || attribute !== 'StreamArn')
    throw fail(
      'a stream event is played locally only for a table of its own service, as arn: { Fn::GetAtt: [Table, StreamArn] }.',
    )
  const [onFailure] = list(object(object(object(declared.destinations).onFailure).arn)['Fn::GetAtt']).map(text)
  return {
    table,
    batchSize: Number(declared.batchSize ?? 100),
    batchWindowSeconds: Math.min(Number(declared.batchWindow ?? 0), LONGEST_WINDOW_SECONDS),
    reportsItemFailures: declared.functionResponseType === 'ReportBatchItemFailures',
    bisects: declared.bisectBatchOnFunctionError === true,
    maximumRetries: limit(declared.maximumRetryAttempts),
    maximumAgeSeconds: limit(declared.maximumRecordAgeInSeconds),
    ...(onFailure && { onFailure }),
    accepts: compileFilter(list(declared.filterPatterns), fail),
  }
}
