import { appendFile, readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleMessages } from '../../cli/mail/samples.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient } from '../../lib/dynamodb/index.ts'
import { openSesCall, sesCall } from '../../lib/dynamodb/ses-call.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { type Mail, MailRejectedError } from '../../lib/mail/mailer.ts'
import { renderMail } from '../../lib/mail/render.ts'
import { sesMailer } from '../../lib/mail/ses-mailer.ts'
import type { Email } from '../../lib/user.ts'
import { startAwsServices } from '../../local/aws-services.ts'
import { type Front, startFront } from '../../local/front.ts'
import { type Mailbox, startMailbox } from '../../local/mailbox/mailbox.ts'
import {
  bodyOf,
  exchange,
  gateway,
  headersOf,
  removeFolders,
  requestText,
  statusOf,
  temporaryFolder,
} from './support.ts'

// The mailer on Amazon SES over HTTP, the mailbox that stands in for SES, and its pages in the front.

const ORIGIN = 'http://localhost:4000'
const ADA = 'ada@example.com' as Email
const SECRET = 's'.repeat(43)
const settings = { origin: ORIGIN, from: 'x@y.example', productName: 'A <b>', color: '#1d4ed8', locale: 'en' } as const
const samples = sampleMessages({ origin: ORIGIN }, ADA)
const rendered = (kind: string): Mail => {
  const message = samples.find((each) => each.kind === kind)
  if (!message) throw new Error(kind)
  return renderMail(message, settings)
}

/** A mailer whose calls are signed with the secret. */
function mailerOf(endpoint: string, secret = SECRET, timeoutMs = 10_000) {
  const client = createClient({ endpoint: `http://local:${secret}@127.0.0.1:1`, timeoutMs })
  const mailer = sesMailer({ call: sesCall(client, endpoint), from: 'Müller <auth@example.com>' })
  return {
    send: (mail: Mail, seconds = 10) =>
      mailer.send(mail, startDeadline(seconds)).then(
        () => undefined,
        (error: Error) => error,
      ),
    close: () => client.destroy(),
  }
}

afterAll(removeFolders)

describe('the mailer on a server', () => {
  let server: Server
  let answer: { status: number; headers?: Record<string, string> } | undefined
  let delayMs = 0
  const received: { url: string | undefined; method: string | undefined; headers: IncomingHttpHeaders }[] = []
  let mailer: ReturnType<typeof mailerOf>
  beforeAll(async () => {
    server = createServer(async ({ url, method, headers }, response) => {
      await pause(delayMs)
      received.push({ url, method, headers })
      if (answer) response.writeHead(answer.status, answer.headers).end('{"message":"ada@example.com"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    mailer = mailerOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  afterAll(() => {
    mailer.close()
    server.closeAllConnections()
    server.close()
  })

  test('makes one POST that is signed for ses', async () => {
    answer = { status: 200 }
    expect(await mailer.send(rendered('verification'))).toBeUndefined()
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ method: 'POST', url: '/v2/email/outbound-emails' })
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(received[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/local\/ses\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[\da-f]{64}$/,
    )
  })

  test('tells permanent refusals from failures, by one request each', async () => {
    received.length = 0
    const sendWith = (status: number, type?: string) => {
      answer = { status, ...(type && { headers: { 'x-amzn-ErrorType': type } }) }
      return mailer.send(rendered('verification'))
    }
    expect(await sendWith(400, 'MessageRejected')).toBeInstanceOf(MailRejectedError)
    expect(await sendWith(429, 'TooManyRequestsException')).toBeInstanceOf(UnavailableError)
    expect(await sendWith(500)).toBeInstanceOf(UnavailableError)
    expect(received).toHaveLength(3)
  })

  test('waits for SES longer than for the datastore', async () => {
    answer = { status: 200 }
    delayMs = 1_200
    const { port } = server.address() as AddressInfo
    const call = openSesCall({ endpoint: `http://local:${SECRET}@127.0.0.1:1` }, `http://127.0.0.1:${port}`)
    expect(await call('{}', startDeadline(5))).toMatchObject({ status: 200 })
    const { datastoreTimeoutMs } = parseConfig({})
    const hasty = mailerOf(`http://127.0.0.1:${port}`, SECRET, datastoreTimeoutMs)
    expect(await hasty.send(rendered('verification'))).toBeInstanceOf(UnavailableError)
    hasty.close()
    delayMs = 0
  })

  test('ends with the deadline', async () => {
    answer = undefined
    const started = performance.now()
    expect(await mailer.send(rendered('verification'), 0.2)).toBeInstanceOf(UnavailableError)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('the mailbox', () => {
  let folder: string
  let mailbox: Mailbox
  let front: Front
  let mailer: ReturnType<typeof mailerOf>
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const open = () => startMailbox({ credentials: { accessKeyId: 'local', secretAccessKey: SECRET }, folder, log })
  beforeAll(async () => {
    folder = await temporaryFolder()
    mailbox = await open()
    mailer = mailerOf(mailbox.endpoint)
    const pages = (request: Parameters<Mailbox['page']>[0]) => mailbox.page(request)
    front = await startFront({
      services: [await gateway()],
      environment: {},
      port: 0,
      hosts: ['app.example'],
      pages,
      log: () => {},
    })
  })
  afterAll(async () => {
    mailer?.close()
    await mailbox?.close()
    await front?.close()
  })

  const get = (path: string, headers: string[] = []) => exchange(front.port, requestText(`GET ${path}`, headers))

  test('is empty at first, and its endpoint stands in the data folder', async () => {
    expect(bodyOf(await get('/mailbox'))).toContain('No mail yet.')
    expect(await readFile(join(folder, 'mailbox'), 'utf8')).toBe(mailbox.endpoint)
  })

  test('keeps a mail and prints one line with its link, and its code if it has one', async () => {
    expect(await mailer.send(rendered('password_reset'))).toBeUndefined()
    expect(await mailer.send(rendered('login_code'))).toBeUndefined()
    expect(lines).toEqual([
      `mail to ada@example.com: Set a new password for A <b>  ${ORIGIN}/#/sample/sample-secret-that-no-service-accepts-00000`,
      `mail to ada@example.com: Your code for A <b>  482913  ${ORIGIN}/#/code/482913`,
    ])
    expect((await stat(join(folder, 'mails.jsonl'))).mode & 0o777).toBe(0o600)
  })

  test('lists the mails, the newest first, under a policy that loads nothing and allows no script', async () => {
    const answer = await get('/mailbox')
    expect(statusOf(answer)).toBe(200)
    const headers = headersOf(answer).join('\n').toLowerCase()
    expect(headers).toContain("content-security-policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'")
    expect(headers).toContain("frame-ancestors 'none'")
    expect(headers).toContain('cache-control: no-store')
    expect(headers).toContain('refresh: 3')
    const body = bodyOf(answer)
    expect(body).not.toMatch(/<script|<b>/)
    const subjects = [...body.matchAll(/<span>([^<]*)<\/span>/g)].map(([, subject]) => subject)
    expect(subjects).toEqual(['Your code for A &lt;b&gt;', 'Set a new password for A &lt;b&gt;'])
  })

  test('shows a mail as text, and as HTML in a frame without scripts', async () => {
    const [, path = ''] = /href="(\/mailbox\/[\w-]+)"/.exec(bodyOf(await get('/mailbox'))) ?? []
    const answer = await get(path)
    const body = bodyOf(answer)
    expect(headersOf(answer).join('\n')).not.toMatch(/refresh/i)
    expect(body).toMatch(/<iframe title="[^"]+" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="/)
    expect(body).toContain('&lt;base target=&quot;_blank&quot;&gt;')
    expect(body).toMatch(/<pre>Hello Ada Lovelace,[^<]*482913/)
    expect(Buffer.from(body, 'latin1').toString()).toContain('<dd>Müller &lt;auth@example.com&gt;</dd>')
    expect(body).toContain('<dt>Auto-Submitted</dt><dd>auto-generated</dd>')
    expect(statusOf(await get('/mailbox/unknown'))).toBe(404)
  })

  test('answers no other host, method or path', async () => {
    const shows = (answer: string) => answer.includes('Mailbox')
    const answers = [
      await exchange(front.port, `GET /mailbox HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n`),
      await exchange(front.port, `GET /mailbox HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`),
      await exchange(front.port, requestText('POST /mailbox')),
      await get('/mailboxes'),
      await get('/mailbox/a/b'),
    ]
    expect(answers.map(shows)).toEqual(answers.map(() => false))
    expect(shows(await exchange(front.port, requestText('GET /mailbox?x=1')))).toBe(true)
  })

  test('refuses what is not signed with the secret, and what is no mail', async () => {
    const stranger = mailerOf(mailbox.endpoint, 'x'.repeat(43))
    expect(await stranger.send(rendered('verification'))).toBeInstanceOf(UnavailableError)
    stranger.close()
    const broken = { ...rendered('verification'), html: undefined as never }
    expect(await mailer.send(broken)).toMatchObject({ name: 'MailRejectedError', reason: 'BadRequestException' })
    expect(lines).toHaveLength(2)
  })

  test('keeps its mails across a restart, but no line that was cut off', async () => {
    await mailbox.close()
    await expect(stat(join(folder, 'mailbox'))).rejects.toThrow('ENOENT')
    await appendFile(join(folder, 'mails.jsonl'), '{"id":"x","html":')
    mailbox = await open()
    const again = mailerOf(mailbox.endpoint)
    expect(await again.send(rendered('invitation'))).toBeUndefined()
    again.close()
    expect(bodyOf(await get('/mailbox')).match(/<li>/g)).toHaveLength(3)
    expect((await readFile(join(folder, 'mails.jsonl'), 'utf8')).split('\n')).toHaveLength(4)
  })
})

test('functions of npm start send to the mailbox, unless the environment names another mailer or stand-in', async () => {
  const dataFolder = await temporaryFolder()
  const servicesFor = async (environment: Record<string, string>) => {
    const config = parseConfig({})
    const endpoint = `http://local:${SECRET}@127.0.0.1:1`
    const given = { config, endpoint, region: 'eu-central-1', dataFolder, log: () => {}, watch: false }
    const services = await startAwsServices({ environment, ...given })
    await services.close()
    return [services.environment.MAILER, services.environment.MAIL_ENDPOINT, services.mailbox?.endpoint]
  }
  const [mailer, endpoint, own] = await servicesFor({})
  expect([mailer, endpoint]).toEqual(['ses', own])
  expect(own).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(await servicesFor({ MAILER: 'smtp' })).toEqual(['smtp', undefined, undefined])
  expect(await servicesFor({ MAIL_ENDPOINT: 'http://127.0.0.1:1' })).toEqual(['ses', 'http://127.0.0.1:1', undefined])
})
