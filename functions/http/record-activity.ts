import type { ActivityStore } from '../../lib/activity/activity-store.ts'
import { createRecorder, type Recorder } from '../../lib/activity/recorder.ts'
import type { Deadline } from '../../lib/deadline.ts'
import { dynamodbActivityWriter } from '../../lib/dynamodb/activity-writer.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import type { Middleware, MiddyRequest } from '../../middleware/middy.ts'
import { requestIdOf } from '../../middleware/request-log.ts'
import type { App } from './app.ts'

/** Opens what writes activity; `undefined` with `ACTIVITY_DAYS=0`. */
export function openActivityWriter({ config, client }: App): Pick<ActivityStore, 'record'> | undefined {
  const { activityDays: days, tables } = config
  return days === 0 ? undefined : dynamodbActivityWriter({ client, tableName: tables.activity, days })
}

/** Opens the recorder of a function; `undefined` with `ACTIVITY_DAYS=0`. */
export function openRecorder(app: App): Recorder | undefined {
  const store = openActivityWriter(app)
  return store && createRecorder({ store, log: app.log })
}

/**
 * Returns the app of a function whose requests are recorded as activity: its log keeps what they did, and its middleware
 * writes that at the end of the request. With `ACTIVITY_DAYS=0` the app itself.
 */
export function recordActivity<Recording extends App>(app: Recording): Recording {
  const recorder = openRecorder(app)
  return recorder ? { ...app, log: recorder.log, recording: recording(recorder) } : app
}

/** Writes what a request did once its response is complete, within the rest of its deadline. */
function recording(recorder: Recorder): Middleware {
  async function flush({ context }: MiddyRequest): Promise<void> {
    const { http, deadline } = context as { http?: HttpRequest; deadline?: Deadline }
    if (http && deadline) await recorder.flush(requestIdOf(context), http, deadline)
  }
  return {
    before({ context }) {
      // A context without an id would give each entry of the log another one.
      Object.assign(context as object, { awsRequestId: requestIdOf(context) })
    },
    after: flush,
    onError: flush,
  }
}
