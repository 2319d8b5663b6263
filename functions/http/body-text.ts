import type { HttpEvent } from '../../lib/http/event.ts'

/** Room for every field of a body at its longest, and not much more. */
export const LIMIT_BYTES = 16_384

/** The body as it was sent; empty when there is none. */
export function bodyText({ body, isBase64Encoded }: HttpEvent): string {
  if (typeof body !== 'string') return ''
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
}
