import type { SignedIn } from '../../lib/accounts/sign-in.ts'
import { logEntry } from '../../lib/audit.ts'
import type { Deadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { dynamodbOutboxStore } from '../../lib/dynamodb/outbox-store.ts'
import { CaptchaRequiredError, NotFoundError } from '../../lib/errors.ts'
import { isFromProxy } from '../../lib/http/client-ip.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import type { MailRequest, OutboxStore } from '../../lib/outbox/outbox.ts'
import type { Log } from '../../lib/ports.ts'
import { createMailBudgets, type MailBudgets } from '../../lib/throttling/mail-budgets.ts'
import type { App, BareApp } from './app.ts'
import { pepperOf } from './attempts-of.ts'

/** The parts of a function that requests mails or uses their links. */
export interface MailApp extends App {
  readonly outbox: OutboxStore
  readonly mailBudgets: MailBudgets
}

/**
 * Adds the outbox and the budgets of mail to an app.
 * @throws ConfigError as `pepperOf`
 */
export function withMail<Base extends App>(app: Base): Base & MailApp {
  const { config, client, log } = app
  const pepper = pepperOf(app)
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return {
    ...app,
    outbox: dynamodbOutboxStore({ client, tableName: config.tables.outbox }),
    mailBudgets: createMailBudgets({ store, limits: config.attempts, pepper, log }),
  }
}

/** @throws NotFoundError if no mailer is configured: then the routes of mail do not exist */
export function assertMail({ config }: BareApp): void {
  if (!config.mailer) throw new NotFoundError('This service sends no mail (`MAILER`). Ask an administrator.')
}

/**
 * Checks a request of a visitor for mail before anything is counted.
 * @throws NotFoundError as `assertMail`.
 * @throws CaptchaRequiredError if the request lacks the header that `MAIL_GUARD` names.
 */
export function assertMayRequestMail(app: MailApp, http: HttpRequest): void {
  assertMail(app)
  const { mailGuard, proxy } = app.config
  if (!mailGuard) return
  if (!isFromProxy(http, proxy) || http.header(mailGuard.header) !== mailGuard.value) throw new CaptchaRequiredError()
}

/** Lets `send-mail` decide whether a sign-in is new to the user, with `SIGN_IN_MAILS=on`. One write, which never fails it. */
export async function noticeSignIn(app: MailApp, { session }: SignedIn, deadline: Deadline, log: Log): Promise<void> {
  if (!app.config.signInMails) return
  const { userId, ip, userAgent, createdAt: at } = session
  await notify(app, { kind: 'new_sign_in', userId, ip, userAgent, at }, deadline, log)
}

/** Requests a mail about a change that is done; if that fails, the change stays and the log says so. One write. */
export async function notify(app: MailApp, request: MailRequest, deadline: Deadline, log: Log): Promise<void> {
  if (!app.config.mailer) return
  try {
    await app.outbox.put(request, deadline)
  } catch (error) {
    log(logEntry('mail_missed', { kind: request.kind, error }))
  }
}
