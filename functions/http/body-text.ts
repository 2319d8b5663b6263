import type { HttpEvent } from '../../lib/http/event.ts'

/** Enough for every field of a body at its maximum length. */
export const LIMIT_BYTES = 16_384

/** The decoded body; empty if the request has none. */
export function bodyText({ body, isBase64Encoded }: HttpEvent): string {
  if (typeof body !== 'string') return ''
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
}
