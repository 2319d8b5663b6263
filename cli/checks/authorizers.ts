import { call, callFailed, classifyError } from '../aws.ts'
import { type Finding, ok, unknown } from '../finding.ts'
import { checkSettings } from './authorizer-settings.ts'
import type { Gateway } from './gateway.ts'

/**
 * Checks every API whose authorizer is this function, by `checkSettings`: a cached result is served after a revocation,
 * so the result TTL must be 0. Costs one call for each page of APIs and one for each API.
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
          yield* checkSettings(subject, api, authorizer)
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
