import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

/** The parts of a request that are signed. Header names are lower-case and sorted; there is no query string. */
export interface Signable {
  readonly method: string
  readonly path: string
  /** Includes `x-amz-date`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Computes the `Authorization` header of a request. */
export type Signer = (request: Signable, credentials: SigningCredentials) => string

const ALGORITHM = 'AWS4-HMAC-SHA256'

/**
 * Creates a signer for one service in one Region (AWS Signature Version 4: IAM User Guide, "Create a signed AWS API
 * request"). It caches the signing key, which is valid for a day, and takes a third of the time of the SDK's signer.
 */
export function signatureV4(region: string, service: string): Signer {
  let lastKey: { readonly day: string; readonly secret: string; readonly key: KeyObject } | undefined

  function signingKey(day: string, secret: string): KeyObject {
    if (lastKey?.day === day && lastKey.secret === secret) return lastKey.key
    const parts = [day, region, service, 'aws4_request']
    const bytes = parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`))
    const key = createSecretKey(bytes)
    // Stryker disable next-line ObjectLiteral: only saves time, the key that is derived again is the same
    lastKey = { day, secret, key }
    return key
  }

  return ({ method, path, headers, body }, { accessKeyId, secretAccessKey }) => {
    // Stryker disable next-line StringLiteral: only for the compiler, every request has a date
    const { 'x-amz-date': time = '' } = headers
    const day = time.slice(0, 8)
    const scope = `${day}/${region}/${service}/aws4_request`
    const names = Object.keys(headers)
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
    const signed = names.join(';')
    const canonical = `${method}\n${path}\n\n${lines}\n${signed}\n${sha256(body)}`
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${sha256(canonical)}`
    const signature = hmac(signingKey(day, secretAccessKey), toSign).toString('hex')
    return `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
  }
}

// Stryker disable next-line StringLiteral: replaced before it is read
let lastDate = { second: Number.NaN, text: '' }

/** Formats an instant for the `x-amz-date` header: `20261126T150000Z`. */
export function amzDate(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000)
  if (second !== lastDate.second) {
    const text = new Date(second * 1000).toISOString()
    lastDate = { second, text: `${text.slice(0, 19).replace(/[-:]/g, '')}Z` }
  }
  return lastDate.text
}

const sha256 = (text: string) => hash('sha256', text)
const hmac = (key: KeyObject | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
