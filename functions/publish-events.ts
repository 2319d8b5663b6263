import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logEntry } from '../lib/audit.ts'
import { ConfigError } from '../lib/config-error.ts'
import { BULK_DEADLINE_SECONDS, startDeadline } from '../lib/deadline.ts'
import { itemReader } from '../lib/dynamodb/item-reader.ts'
import { dynamodbSessionStore } from '../lib/dynamodb/session-store.ts'
import { signedCall } from '../lib/dynamodb/signed-call.ts'
import { toSessionChange, toUserItemChange } from '../lib/dynamodb/stream-record.ts'
import { dynamodbUserReader } from '../lib/dynamodb/user-reader.ts'
import { UnavailableError } from '../lib/errors.ts'
import type { EndOf } from '../lib/events/ending.ts'
import { eventBridgeBus } from '../lib/events/event-bus.ts'
import { createPublisher, type PlacedChange } from '../lib/events/publisher.ts'
import { writeMetrics } from '../lib/metrics.ts'
import type { Log } from '../lib/ports.ts'
import { requestLog } from '../middleware/request-log.ts'
import { activityOf } from './http/activity-of.ts'
import { openBareApp } from './http/app.ts'
import { openClient } from './http/open-client.ts'

const app = openBareApp()
const { config, log: processLog } = app
const { stage, tables, events } = config
if (!events.bus) throw new ConfigError(['`EVENTS_BUS`: expected the name of an event bus, got ""'])

const client = openClient(config)
const activity = activityOf(app, client)
const endOf: EndOf = async (...args) => activity?.endOf(...args)

const publisher = createPublisher({
  stage,
  bus: eventBridgeBus({
    bus: events.bus,
    call: signedCall(client, { service: 'events', target: 'AWSEvents.PutEvents', endpoint: events.endpoint }),
  }),
  users: dynamodbUserReader({
    read: itemReader(client, tables.users),
    tableName: tables.users,
    log: processLog,
    omitPasswordHash: true,
  }),
  sessions: dynamodbSessionStore({ client, tableName: tables.sessions, log: processLog }),
  endOf,
})

/**
 * Publishes what happened to sessions and users, from the streams of both tables (docs/events.md). Costs as
 * `Publisher.publish`, in at most ten seconds. Reports the first record that failed: Lambda delivers from there again, and
 * events that were published already come a second time with the same id.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<DynamoDBBatchResponse> {
  const log = requestLog(processLog, {}, context)
  const failed = await publisher.publish(
    Records.flatMap((record) => toPlaced(record, log)),
    startDeadline(BULK_DEADLINE_SECONDS),
  )
  for (const { sequence, error } of failed)
    log(logEntry(error instanceof UnavailableError ? 'unavailable' : 'sys_crash', { sequenceNumber: sequence, error }))
  writeMetrics()
  return { batchItemFailures: failed.slice(0, 1).map(({ sequence }) => ({ itemIdentifier: sequence })) }
}

/** None for renewals and email pointers, and for malformed records: a later delivery could not read those either. */
function toPlaced(record: DynamoDBRecord, log: Log): PlacedChange[] {
  const sequence = record.dynamodb?.SequenceNumber ?? ''
  const isOfUsers = record.dynamodb?.Keys?.pk !== undefined
  try {
    const change = isOfUsers ? toUserItemChange(record) : toSessionChange(record)
    return change ? [{ sequence, change }] : []
  } catch {
    const table = isOfUsers ? tables.users : tables.sessions
    log(logEntry('corrupt_item', { table, sequenceNumber: sequence }))
    return []
  }
}
