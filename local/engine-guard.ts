import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type SigningCredentials, signatureV4 } from '../lib/dynamodb/signature.ts'
import { isLocalHost } from './local-host.ts'
import { EXPIRY_HEADER, type Observer } from './streams/observed-writes.ts'

const BODY_LIMIT_BYTES = 16 * 1024 * 1024 // the limit of a DynamoDB request

/**
 * Refuses requests that web pages or other users of this machine can send to an engine: with an `Origin`, for another
 * `Host`, or, if credentials are given, without a Signature Version 4 by them. The engine itself checks none of that.
 * The observer sees every other call before and after the engine.
 */
export function guardEngine(
  server: Server,
  credentials?: SigningCredentials,
  observer: () => Observer | undefined = () => undefined,
): void {
  const handlers = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', async (request, response) => {
    const { headers, method, url } = request
    if (headers.origin !== undefined) return refuse(response, 'AccessDeniedException', 'Web pages have no access.')
    if (!isLocalHost(headers.host)) return refuse(response, 'AccessDeniedException', 'The Host is not this machine.')
    const body = await readBody(request)
    if (body === undefined) return void response.destroy()
    // Without credentials, a GET tells only that an engine listens.
    if (credentials && method !== 'GET' && !isSigned(request, body, credentials))
      return refuse(
        response,
        'UnrecognizedClientException',
        'The request is not signed with the secret of this engine.',
      )
    const observe = observer()
    if (observe && method === 'POST') {
      const operation = String(headers['x-amz-target']).split('.').at(-1) ?? ''
      const call = { operation, body, isExpiry: headers[EXPIRY_HEADER] !== undefined }
      const observed = await observe(call).catch((error: Error) => error)
      if (observed instanceof Error) return refuse(response, 'InternalServerError', observed.message, 500)
      holdUntil(response, observed)
    }
    const replayed = Object.assign(Readable.from(body.length > 0 ? [body] : []), { headers, method, url })
    for (const handle of handlers) handle(replayed as unknown as IncomingMessage, response as never)
  })
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += chunk.length
      if (size > BODY_LIMIT_BYTES) return undefined
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch {
    return undefined // the client closed the connection
  }
}

const AUTHORIZATION = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=/

function isSigned({ method = '', url = '', headers }: IncomingMessage, body: Buffer, secret: SigningCredentials) {
  const [, region, service, names] = AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  if (region === undefined || service === undefined || names === undefined) return false
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name] ?? '')]))
  const sign = signatureV4(region, service)
  const expected = Buffer.from(sign({ method, path: url, headers: signed, body: body.toString() }, secret))
  const given = Buffer.from(headers.authorization ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Sends the response after a last step; a client that gets none does not know whether its call had an effect. */
function holdUntil(response: ServerResponse, lastStep: () => Promise<void>): void {
  const end = response.end.bind(response) as (...values: unknown[]) => ServerResponse
  response.end = ((...values: unknown[]) => {
    lastStep().then(
      () => end(...values),
      () => response.destroy(),
    )
    return response
  }) as typeof response.end
}

/** An error as DynamoDB reports it. */
function refuse(response: ServerResponse, type: string, message: string, status = 400): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', connection: 'close' })
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }))
}
