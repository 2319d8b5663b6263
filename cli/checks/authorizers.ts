import { call, couldNotLook, troubleOf } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'

/** One kind of API of an account and Region. */
export interface Gateway {
  apis(): AsyncIterable<GatewayApi>
  authorizers(apiId: string): AsyncIterable<GatewayAuthorizer>
  destroy(): void
}

export interface GatewayApi {
  readonly id: string
  readonly kind: 'HTTP' | 'REST' | 'WebSocket'
  readonly name: string
}

export interface GatewayAuthorizer {
  readonly name: string
  /** What it asks. */
  readonly uri: string
  /** How long its answers are kept; `undefined` when it does not say. */
  readonly ttlSeconds: number | undefined
  /** The aws-cli command that sets it to 0. */
  readonly command: string
}

/**
 * Every API of one kind that asks this function: whatever it keeps of an answer is served after a revocation, so it may
 * keep nothing. One call for each page of APIs, and one an API.
 */
export async function* checkAuthorizers(
  kinds: string,
  functionName: string,
  open: () => Promise<Gateway>,
): AsyncGenerator<Finding> {
  let gateway: Gateway | undefined
  let [looked, asking] = [0, 0]
  try {
    gateway = await open()
    for await (const api of gateway.apis()) {
      const subject = `${api.kind} API ${JSON.stringify(api.name)}` // other people's name: quoted, it stays one line
      try {
        for await (const authorizer of gateway.authorizers(api.id)) {
          if (!namesFunction(authorizer.uri, functionName)) continue
          asking++
          yield judge(subject, api, authorizer)
        }
        looked++
      } catch (error) {
        const { kind } = troubleOf(error)
        if (kind === 'denied') yield couldNotAsk(subject, error)
        else if (kind !== 'absent') throw error // absent: deleted a moment ago
      }
    }
    if (asking === 0) yield ok(kinds, `none of ${looked} asks ${functionName}`)
  } catch (error) {
    yield couldNotAsk(kinds, error)
  } finally {
    gateway?.destroy()
  }
}

/** In whatever account, under whatever version or alias. */
function namesFunction(uri: string, functionName: string): boolean {
  const [, named] = /:function:([\w-]+)(?::[^/]*)?\/invocations$/.exec(uri) ?? []
  return named === functionName
}

function judge(subject: string, api: GatewayApi, { name, ttlSeconds, command }: GatewayAuthorizer): Finding {
  const who = `authorizer ${JSON.stringify(name)}`
  if (api.kind === 'WebSocket') return ok(subject, `${who}: a WebSocket API keeps no result`)
  if (ttlSeconds === 0) return ok(subject, `${who} keeps no result`)
  const seen = ttlSeconds === undefined ? 'does not say how long it keeps results' : `keeps results for ${ttlSeconds} s`
  return failed(
    subject,
    `${who} ${seen}: that long a revoked session may go on`,
    `Set \`resultTtlInSeconds: 0\` in its serverless.yml and deploy, or \`${command}\`${api.kind === 'REST' ? ' and deploy its stages' : ''}.`,
  )
}

function couldNotAsk(subject: string, error: unknown): Finding {
  const [, missing] = /Cannot find package '([^']+)'/.exec((error as Error).message) ?? []
  if (missing) return unknown(subject, `authorizers: ${missing} is not installed (\`npm install ${missing}\`)`)
  return couldNotLook(subject, 'authorizers', error, 'apigateway:GET')
}

/** All of a list that comes in pages, each within the time of one call. */
export async function* paged<Page, Entry>(
  ask: (from: string | undefined, how: { abortSignal: AbortSignal }) => Promise<Page>,
  read: (page: Page) => { entries: Entry[] | undefined; next: string | undefined },
): AsyncGenerator<Entry> {
  let from: string | undefined
  do {
    const { entries = [], next } = read(await call((how) => ask(from, how)))
    yield* entries
    from = next
  } while (from)
}
