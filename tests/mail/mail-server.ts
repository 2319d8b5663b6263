import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as a mail program sees it. */
export interface ReceivedMail {
  readonly parsed: ParsedMail
  readonly raw: string
  /** Whether the connection was encrypted, and the user who was signed in. */
  readonly secure: boolean
  readonly user: unknown
}

/** A refusal with a code of SMTP. */
export const refusal = (responseCode: number, text = 'for ada@example.com') =>
  Object.assign(new Error(text), { responseCode })

/** Starts a mail server in this process, which keeps what it receives. */
export async function startMailServer(options: SMTPServerOptions = {}, host = '127.0.0.1') {
  const mails: ReceivedMail[] = []
  let open = 0
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    // Without a certificate there is no TLS.
    ...(!options.key && { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] }),
    onConnect(_session, callback) {
      open++
      callback()
    },
    onClose() {
      open--
    },
    async onData(stream, session, callback) {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      const raw = Buffer.concat(chunks)
      mails.push({ parsed: await simpleParser(raw), raw: raw.toString(), secure: session.secure, user: session.user })
      callback()
    },
    ...options,
  })
  server.on('error', () => {}) // a client that ends the connection
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    openConnections: () => open,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
