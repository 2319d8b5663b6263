import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { COMMAND_LINE } from '../lib/activity/actor.ts'
import { createRecorder } from '../lib/activity/recorder.ts'
import type { Config } from '../lib/config.ts'
import { startDeadline } from '../lib/deadline.ts'
import { dynamodbActivityWriter } from '../lib/dynamodb/activity-writer.ts'
import { bindLog } from '../lib/log.ts'
import type { Log } from '../lib/ports.ts'
import type { Terminal } from './terminal.ts'

/** Records what a command does to users as activity of the command line. */
export interface CommandRecorder {
  /** Receives audit entries that name their `target`. */
  readonly log: Log
  /** Writes the activity of the entries since the last call: one write a user. Complains if it fails, and never throws. */
  record(): Promise<void>
}

const RECORD_SECONDS = 10
/** A command is one request to the recorder. */
const COMMAND = 'command'

/** Opens the recorder of a command; with `ACTIVITY_DAYS=0` it records nothing. */
export function openCommandRecorder(
  { activityDays: days, tables }: Config,
  client: DynamoDBClient,
  { complain }: Pick<Terminal, 'complain'>,
): CommandRecorder {
  if (days === 0) return { log: () => {}, record: async () => {} }
  const store = dynamodbActivityWriter({ client, tableName: tables.activity, days })
  const log: Log = ({ event, error }) => {
    if (event === 'activity_missed')
      complain(`The change is made, but it cannot be recorded in ${tables.activity}: ${(error as Error).message}.`)
  }
  const recorder = createRecorder({ store, log })
  return {
    log: bindLog(recorder.log, { function_request_id: COMMAND, actor: COMMAND_LINE }),
    record: () => recorder.flush(COMMAND, {}, startDeadline(RECORD_SECONDS)),
  }
}
