const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]']

/** The parts of an SMTP server's URL. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (RFC 8314 §3.3); otherwise STARTTLS. */
  readonly secure: boolean
  /** Whether the server is on this machine, the only place where a connection without TLS is accepted. */
  readonly isLocal: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
}

/** Says what is wrong with the URL of an SMTP server without repeating it, since it contains a password. */
export function smtpUrlFault(text: string): string | undefined {
  const expected = 'expected a URL such as smtps://user:password@smtp.example.com:465'
  if (!URL.canParse(text)) return `${expected}; special characters of the password must be percent-encoded`
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text)
  if (protocol !== 'smtps:' && protocol !== 'smtp:') return `${expected}, got one with the scheme ${protocol}`
  if (hostname === '' || !['', '/'].includes(pathname) || search !== '' || hash !== '')
    return `${expected}, without a path or a query`
  if ((username === '') !== (password === '')) return `${expected}, got only one of user and password`
  try {
    decodeURIComponent(username + password)
    return undefined
  } catch {
    return `${expected}; special characters of the password must be percent-encoded`
  }
}

/** Splits a URL that `smtpUrlFault` accepts. Default ports: 465 and 587, those of submission (RFC 8314 §3). */
export function parseSmtpUrl(text: string): SmtpServer {
  const { protocol, hostname, port, username, password } = new URL(text)
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    isLocal: LOCAL_HOSTS.includes(hostname),
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}
