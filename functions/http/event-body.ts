import { InvalidRequestError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText } from './body-text.ts'
import type { BodyReader } from './json-body.ts'

const MEDIA_TYPE = 'application/secevent+jwt'

/**
 * Reads a security event token, which is the whole body (RFC 8935 §2.1), into `event.body`; bytes that are not UTF-8 as no
 * token, whose answer is that to an invalid one.
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError as `bodyText`
 */
export const eventBody: BodyReader<string, undefined> & Middleware<HttpEvent & { body?: string }> = {
  accepts: MEDIA_TYPE,
  before(request) {
    const { event } = request
    event.body = tokenOf(event, requestOf(request).header('content-type') ?? '')
  },
}

function tokenOf(event: HttpEvent, contentType: string): string {
  try {
    return bodyText(event, contentType, MEDIA_TYPE).trim()
  } catch (error) {
    if (error instanceof InvalidRequestError) return ''
    throw error
  }
}
