import { InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { isIntact } from '../../lib/typed-text.ts'

/** Enough for every field of a body at its maximum length. */
const LIMIT_BYTES = 16_384

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i
const NOT_UTF8 = 'The request body is not valid UTF-8. Send text encoded in UTF-8.'

/**
 * Decodes a body of a media type, without a byte order mark; empty if the request has none. Bytes that are not UTF-8 are
 * refused: replaced by U+FFFD, different passwords would become the same.
 * @throws UnsupportedMediaTypeError for another media type or charset.
 * @throws PayloadTooLargeError above 16 KiB.
 * @throws InvalidRequestError for bytes that are not UTF-8.
 */
export function bodyText({ body, isBase64Encoded }: HttpEvent, contentType: string, mediaType: string): string {
  const text = typeof body === 'string' ? body : ''
  const bytes = Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.byteLength > LIMIT_BYTES) throw new PayloadTooLargeError(LIMIT_BYTES)
  const [type = ''] = contentType.split(';')
  const charset = CHARSET.exec(contentType)?.[1] ?? 'utf-8'
  if (type.trim().toLowerCase() !== mediaType || charset.toLowerCase() !== 'utf-8')
    throw new UnsupportedMediaTypeError(mediaType)
  // API Gateway decodes text before it invokes the function.
  if (!isBase64Encoded && !isIntact(text)) throw new InvalidRequestError(NOT_UTF8)
  return decode(bytes)
}

/** @throws InvalidRequestError for bytes that are not UTF-8. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InvalidRequestError(NOT_UTF8)
  }
}

/**
 * Decodes the percent-encoding of a form.
 * @throws InvalidRequestError for percent-encoded bytes that are not UTF-8.
 */
export function formFields(text: string): URLSearchParams {
  if (!isEncodedUtf8(text)) throw new InvalidRequestError(NOT_UTF8)
  return new URLSearchParams(text)
}

/** Whether all percent-encoded bytes of a form or query are UTF-8. */
export function isEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, '%25'))
    return true
  } catch {
    return false
  }
}
