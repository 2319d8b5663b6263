import { startDeadline } from '../lib/deadline.ts'
import { isSessionId } from '../lib/session.ts'
import { ID_LENGTH } from '../lib/system.ts'
import { isUserId } from '../lib/user.ts'
import { defaultSessions } from './default-stores.ts'
import { installedDefaults, processEnvironment } from './defaults.ts'

/** Far more than a first connection takes. */
const SECONDS = 1
/** An id that no session and no user has: real ids are random. */
const ABSENT = '-'.repeat(ID_LENGTH)

/**
 * Opens the connection to DynamoDB while Lambda initializes the function, by reading a session that does not exist: the
 * first request then finds the connection open, which takes nine tenths of its processor time. Await it where the
 * handler is created. Outside Lambda it does nothing. If the read fails, the first request connects.
 *
 * Cost: one read (one unit) for each execution environment that starts, and at most a second.
 * @example
 * ```ts
 * import { warmUp, withSession } from 'coatcheck/middleware'
 *
 * await warmUp()
 * export const handler = withSession(async () => ({ statusCode: 204 }))
 * ```
 */
export async function warmUp(): Promise<void> {
  if (installedDefaults() || !processEnvironment().AWS_EXECUTION_ENV) return
  if (!isUserId(ABSENT) || !isSessionId(ABSENT)) return // only for the compiler
  try {
    await defaultSessions().find(ABSENT, ABSENT, { deadline: startDeadline(SECONDS) })
  } catch {
    // The first request reports what is wrong.
  }
}
