import { type IncomingHttpHeaders, request as send } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly setCookie: readonly string[]
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any
}

export interface RequestOptions {
  /** A list repeats the header. */
  readonly headers?: Record<string, string | string[]>
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown
  readonly cookie?: string
  readonly bearer?: string
  /** Default: none, as curl. */
  readonly origin?: string
}

/** One request with exactly these headers: `fetch` adds and withholds some. */
export function request(url: string, method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { headers = {}, body, cookie, bearer, origin } = options
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const onward = send(
      {
        hostname,
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(origin === undefined ? {} : { origin }),
          ...headers,
        },
      },
      (answered) => {
        const chunks: Buffer[] = []
        answered.on('data', (chunk) => chunks.push(chunk))
        answered.on('end', () => {
          const answer = Buffer.concat(chunks).toString()
          const isJson = /json/.test(answered.headers['content-type'] ?? '')
          resolve({
            status: answered.statusCode ?? 0,
            headers: answered.headers,
            setCookie: answered.headers['set-cookie'] ?? [],
            text: answer,
            json: isJson && answer !== '' ? JSON.parse(answer) : undefined,
          })
        })
      },
    )
    onward.on('error', reject)
    onward.end(text)
  })
}
