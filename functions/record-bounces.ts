import type { Context, SNSEvent } from 'aws-lambda'
import { logEntry } from '../lib/audit.ts'
import { startDeadline } from '../lib/deadline.ts'
import { parseBounce } from '../lib/mail/bounce.ts'
import { writeMetrics } from '../lib/metrics.ts'
import { createSuppressions } from '../lib/outbox/suppressions.ts'
import { requestLog } from '../middleware/request-log.ts'
import { openApp } from './http/app.ts'
import { pepperOf } from './http/attempts-of.ts'
import { marksOf } from './http/marks-of.ts'

const app = openApp({ pepper: true })
const suppressions = createSuppressions(marksOf({ ...app, tables: app.config.tables, pepper: pepperOf(app) }))

/**
 * Suppresses addresses that mail to cannot be delivered to for good, or whose owner reported a mail as spam, from the
 * notifications of Amazon SES. One write for each address; none for a bounce that may pass. If the datastore fails, the
 * invocation fails, and Lambda repeats it.
 */
export async function handler({ Records }: SNSEvent, context?: Context): Promise<void> {
  const log = requestLog(app.log, {}, context)
  try {
    for (const { Sns } of Records)
      for (const { email, kind, permanent } of parseBounce(Sns.Message)) {
        if (permanent) await suppressions.add(email, startDeadline())
        log(logEntry('mail_refused', { reason: kind, permanent }))
      }
  } finally {
    writeMetrics()
  }
}
