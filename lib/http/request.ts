/** The parts of a payload 2.0 event (HTTP API, Function URL) that Coatcheck reads. Anything may be missing. */
export interface HttpEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  readonly cookies?: readonly string[] | undefined
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | undefined
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined
  readonly rawPath?: string | undefined
  readonly body?: unknown
  readonly isBase64Encoded?: boolean | undefined
  readonly requestContext?:
    | {
        readonly http?: {
          readonly method?: string | undefined
          readonly sourceIp?: string | undefined
          readonly userAgent?: string | undefined
        }
      }
    | undefined
}

/** A request as everything behind the front door sees it, whatever shape its event has. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** By lower-case name. */
  header(name: string): string | undefined
  /** Raw `name=value` pairs, in order, duplicates included. */
  readonly cookies: readonly string[]
  readonly query: Readonly<Record<string, string | undefined>>
  readonly ip: string
  readonly userAgent: string
}

const USER_AGENT_LENGTH = 256

export function readRequest(event: HttpEvent): HttpRequest {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(event.headers ?? {}))
    if (typeof value === 'string') headers.set(name.toLowerCase(), value)
  const http = event.requestContext?.http
  const cookieLines = [...(Array.isArray(event.cookies) ? event.cookies : []), headers.get('cookie') ?? '']
  return {
    // An event that does not say counts as unsafe.
    method: http?.method?.toUpperCase() ?? 'POST',
    path: event.rawPath ?? '/',
    header: (name) => headers.get(name),
    cookies: cookieLines.flatMap((line) => String(line).split(';')).filter((pair) => pair.trim() !== ''),
    query: event.queryStringParameters ?? {},
    ip: http?.sourceIp ?? '',
    userAgent: cut(http?.userAgent ?? headers.get('user-agent') ?? '', USER_AGENT_LENGTH),
  }
}

/** Well-formed even where the cut falls inside a character. */
function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed()
}
