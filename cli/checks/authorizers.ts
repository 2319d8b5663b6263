import { call, callFailed, classifyError } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'

/** The APIs of one kind in an account and Region. */
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
  /** The invocation URI of its function. */
  readonly uri: string
  /** How long its results are cached; `undefined` if it is not set. */
  readonly ttlSeconds: number | undefined
  /** The AWS CLI command that sets `ttlSeconds` to 0. */
  readonly command: string
}

/**
 * Checks every API whose authorizer is this function: a cached result is served after a revocation, so the result TTL
 * must be 0. Costs one call for each page of APIs and one for each API.
 */
export async function* checkAuthorizers(
  kinds: string,
  functionName: string,
  open: () => Promise<Gateway>,
): AsyncGenerator<Finding> {
  let gateway: Gateway | undefined
  let [checked, found] = [0, 0]
  try {
    gateway = await open()
    for await (const api of gateway.apis()) {
      const subject = `${api.kind} API ${JSON.stringify(api.name)}` // quoted, a name with line ends stays on one line
      try {
        for await (const authorizer of gateway.authorizers(api.id)) {
          if (!namesFunction(authorizer.uri, functionName)) continue
          found++
          yield checkTtl(subject, api, authorizer)
        }
        checked++
      } catch (error) {
        const { kind } = classifyError(error)
        if (kind === 'denied') yield lookupFailed(subject, error)
        else if (kind !== 'not found') throw error // not found: the API was deleted during the check
      }
    }
    if (found === 0) yield ok(kinds, `none of ${checked} uses ${functionName}`)
  } catch (error) {
    yield lookupFailed(kinds, error)
  } finally {
    gateway?.destroy()
  }
}

/** Accepts any account, version and alias. */
function namesFunction(uri: string, functionName: string): boolean {
  const [, named] = /:function:([\w-]+)(?::[^/]*)?\/invocations$/.exec(uri) ?? []
  return named === functionName
}

function checkTtl(subject: string, api: GatewayApi, { name, ttlSeconds, command }: GatewayAuthorizer): Finding {
  const authorizer = `authorizer ${JSON.stringify(name)}`
  if (api.kind === 'WebSocket') return ok(subject, `${authorizer}: a WebSocket API does not cache results`)
  if (ttlSeconds === 0) return ok(subject, `${authorizer} does not cache results`)
  const state = ttlSeconds === undefined ? 'has no result TTL' : `caches results for ${ttlSeconds} s`
  return failed(
    subject,
    `${authorizer} ${state}: a revoked session may be accepted that long`,
    `Set \`resultTtlInSeconds: 0\` in its serverless.yml and deploy, or \`${command}\`${api.kind === 'REST' ? ' and deploy its stages' : ''}.`,
  )
}

function lookupFailed(subject: string, error: unknown): Finding {
  const [, missing] = /Cannot find package '([^']+)'/.exec((error as Error).message) ?? []
  if (missing) return unknown(subject, `authorizers: ${missing} is not installed (\`npm install ${missing}\`)`)
  return callFailed(subject, 'authorizers', error, 'apigateway:GET')
}

/** Reads all pages of a list; each page has the time limit of one call. */
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
