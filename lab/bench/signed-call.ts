import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { Agent, request } from 'node:http'

/** One call of the engine with a signature of its own; request and response bodies are JSON. */
export type SignedCall = (operation: string, body: string) => Promise<Record<string, unknown>>

const CREDENTIAL = { id: 'local', secret: 'local', region: 'local' }
const SIGNED = 'content-type;host;x-amz-date;x-amz-target'

/**
 * The floor: what a call costs with nothing around it but what DynamoDB asks for, on a connection that stays open. The
 * signing key is kept for the day, as the SDK does; there is no retry, no timeout and no look at the answer.
 */
export function signedCall(endpoint: string): SignedCall {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const { hostname, port, host } = new URL(endpoint)
  let day = ''
  let key: KeyObject | undefined

  function signingKey(of: string): KeyObject {
    if (key && of === day) return key
    day = of
    const bytes = [day, CREDENTIAL.region, 'dynamodb', 'aws4_request'].reduce<Buffer>(
      (previous, part) => createHmac('sha256', previous).update(part).digest(),
      Buffer.from(`AWS4${CREDENTIAL.secret}`),
    )
    key = createSecretKey(bytes)
    return key
  }

  function authorization(target: string, now: string, body: string): string {
    const key = signingKey(now.slice(0, 8))
    const scope = `${day}/${CREDENTIAL.region}/dynamodb/aws4_request`
    const canonical = `POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:${host}\nx-amz-date:${now}\nx-amz-target:${target}\n\n${SIGNED}\n${sha256(body)}`
    const toSign = `AWS4-HMAC-SHA256\n${now}\n${scope}\n${sha256(canonical)}`
    const signature = createHmac('sha256', key).update(toSign).digest('hex')
    return `AWS4-HMAC-SHA256 Credential=${CREDENTIAL.id}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`
  }

  return (operation, body) => {
    const target = `DynamoDB_20120810.${operation}`
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': now,
      'x-amz-target': target,
      'content-length': Buffer.byteLength(body),
      authorization: authorization(target, now, body),
    }
    return new Promise((resolve, reject) => {
      const call = request({ hostname, port, method: 'POST', path: '/', agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text))
          else reject(new Error(`${operation}: ${response.statusCode} ${text.slice(0, 300)}`))
        })
      })
      call.on('error', reject)
      call.end(body)
    })
  }
}

const sha256 = (text: string): string => hash('sha256', text)
