import { rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SigningCredentials } from '../../lib/dynamodb/signature.ts'
import { guardEngine } from '../engine-guard.ts'
import { stop } from '../listener.ts'
import type { Response } from '../response.ts'
import { type KeptMail, openKeptMails } from './kept-mails.ts'
import { mailboxPage } from './pages.ts'

export interface MailboxOptions {
  /** Calls must be signed with these. */
  readonly credentials: SigningCredentials
  /** Keeps the mails across restarts. */
  readonly folder: string
  /** Receives a line for each mail, with its link. */
  readonly log: (line: string) => void
}

/** A local stand-in for Amazon SES, which keeps every mail instead of sending it. */
export interface Mailbox {
  readonly endpoint: string
  /** The page of a request to `/mailbox` or `/mailbox/{id}`; `undefined` for any other request. */
  page(request: IncomingMessage): Response | undefined
  close(): Promise<void>
}

/** Where `coatcheck mail test` finds it; the calls are signed with the engine's secret, which is in another file. */
const ENDPOINT_FILE = 'mailbox'
const SEND_EMAIL = '/v2/email/outbound-emails'

/** Starts it on a port of this machine alone; web pages and other users of the machine cannot send mails to it. */
export async function startMailbox({ credentials, folder, log }: MailboxOptions): Promise<Mailbox> {
  const mails = await openKeptMails(folder)
  const server = createServer(async (request, response) => {
    const sent = await readMail(request)
    if (!sent) return answer(response, 400, { message: `Only a simple mail to ${SEND_EMAIL} is known.` })
    const mail = await mails.add(sent).catch((error: Error) => error)
    if (mail instanceof Error) return answer(response, 500, { message: mail.message })
    log(toLine(mail))
    answer(response, 200, { MessageId: mail.id })
  })
  guardEngine(server, credentials)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = join(folder, ENDPOINT_FILE)
  await writeFile(file, endpoint, { mode: 0o600 })
  return {
    endpoint,
    page: (request) => mailboxPage(request, mails),
    close: async () => {
      await stop(server)
      await rm(file, { force: true })
    },
  }
}

/** `mail to ada@example.com: Set a new password  http://localhost:4000/…`: a terminal makes the link clickable. */
function toLine({ to, subject, text }: KeptMail): string {
  const [link = ''] = /^https?:\/\/\S+$/m.exec(text) ?? []
  const [code] = /^ {4}(\S+)$/m.exec(text)?.slice(1) ?? []
  return [`mail to ${to}: ${subject}`, code, link].filter((part) => part).join('  ')
}

/** The mail of a SendEmail request; `undefined` for any other request. */
async function readMail(request: IncomingMessage): Promise<Omit<KeptMail, 'id' | 'at'> | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (request.method !== 'POST' || request.url !== SEND_EMAIL) return undefined
  try {
    const { FromEmailAddress: from, Destination, Content } = JSON.parse(Buffer.concat(chunks).toString())
    const { Subject, Body, Headers = [] } = Content.Simple
    const headers = Headers.map((header: { Name: string; Value: string }) => [header.Name, header.Value])
    const mail = {
      from,
      to: Destination.ToAddresses.join(', '),
      subject: Subject.Data,
      text: Body.Text.Data,
      html: Body.Html.Data,
      headers,
    }
    return Object.values(mail).every((value) => typeof value === 'string' || Array.isArray(value)) ? mail : undefined
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  const type = status === 200 ? {} : { 'x-amzn-errortype': status === 400 ? 'BadRequestException' : 'InternalFailure' }
  response.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body))
}
