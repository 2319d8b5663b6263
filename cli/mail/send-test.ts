import { readFile } from 'node:fs/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { sesCall } from '../../lib/dynamodb/ses-call.ts'
import { emailFault, parseEmail } from '../../lib/email.ts'
import type { Environment } from '../../lib/environment.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { createMailer } from '../../lib/mail/create-mailer.ts'
import { MailRejectedError } from '../../lib/mail/mailer.ts'
import { renderMail } from '../../lib/mail/render.ts'
import { clientOptions } from '../aws.ts'
import { assertAwsSettings } from '../aws-settings.ts'
import { type Context, type ExitCode, Failure, type StackOptions, UsageError } from '../command.ts'
import { withRunningEngine } from '../local-stage.ts'
import { conclude } from '../terminal.ts'
import { sampleMessages } from './samples.ts'
import { parseLocale, readMailConfig } from './settings.ts'

interface Options extends StackOptions {
  readonly to: string
  readonly kind?: string
  readonly locale?: string
}

const SEND_SECONDS = 30
/** Written by the mailbox of a running `npm start`. */
const MAILBOX_FILE = '.coatcheck/mailbox'
const ADVICE = 'docs/mail.md says what each mail service needs.'

/** `mail test`: sends one sample through the configured mailer; its link does nothing. One request, or one connection. */
export async function sendTestMail({ environment, terminal }: Context, options: Options): Promise<ExitCode> {
  const { stage, region } = options
  const to = parseEmail(options.to)
  if (!to) throw new UsageError(`--to: ${emailFault(options.to)}.`)
  const settings = await withMailbox({ ...environment, ...(stage !== undefined && { STAGE: stage }) })
  const config = parseConfig(settings, { origin: false })
  const mail = readMailConfig(settings, config)
  if (!mail)
    throw new UsageError('No mailer is configured.', `Set MAILER and MAIL_FROM as the functions have them. ${ADVICE}`)
  const samples = sampleMessages(mail.settings, to, parseLocale(options.locale))
  const kind = options.kind ?? 'password_reset'
  const sample = samples.find((each) => each.kind === kind)
  if (!sample)
    throw new UsageError(
      `${JSON.stringify(kind)} is no kind of mail.`,
      `Give one of: ${[...new Set(samples.map((each) => each.kind))].join(', ')}.`,
    )
  const client = new DynamoDBClient(clientOptions({ endpoint: config.endpoint, region }))
  try {
    if (mail.mailer === 'ses') await assertAwsSettings(client)
    const rendered = renderMail(sample, mail.settings)
    const mailer = createMailer(mail, { ses: sesCall(client, mail.endpoint) })
    await mailer.send({ ...rendered, subject: `[Test] ${rendered.subject}` }, startDeadline(SEND_SECONDS))
  } catch (error) {
    throw explain(error)
  } finally {
    client.destroy()
  }
  const by = mail.mailer === 'ses' ? 'Amazon SES' : 'SMTP'
  await conclude(
    terminal,
    options.json ? JSON.stringify({ sent: to, kind, mailer: mail.mailer }) : `Sent ${kind} to ${to} by ${by}.`,
  )
  return 0
}

/** Adds the mailbox of a running `npm start` to the environment of the stage `local`, unless it names a mailer. */
async function withMailbox(environment: Environment): Promise<Environment> {
  const found = await withRunningEngine(environment)
  if ((environment.STAGE || 'local') !== 'local' || environment.MAILER) return found
  const endpoint = (await readFile(MAILBOX_FILE, 'utf8').catch(() => '')).trim()
  return endpoint === '' ? found : { ...found, MAILER: 'ses', MAIL_ENDPOINT: endpoint }
}

function explain(error: unknown): unknown {
  if (error instanceof MailRejectedError) return new Failure('rejected', `${error.message}.`, ADVICE)
  if (!(error instanceof UnavailableError)) return error
  const { cause } = error
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  return new Failure('unavailable', `${error.message}${reason}.`, ADVICE)
}
