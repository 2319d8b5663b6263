import type { HttpEvent } from '../../lib/http/event.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText } from './body-text.ts'
import type { BodyReader } from './json-body.ts'

const MEDIA_TYPE = 'application/secevent+jwt'

/**
 * Reads a security event token, which is the whole body (RFC 8935 §2.1), into `event.body`.
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError, InvalidRequestError as `bodyText`
 */
export const eventBody: BodyReader<string, undefined> & Middleware<HttpEvent & { body?: string }> = {
  accepts: MEDIA_TYPE,
  before(request) {
    const { event } = request
    event.body = bodyText(event, requestOf(request).header('content-type') ?? '', MEDIA_TYPE).trim()
  },
}
