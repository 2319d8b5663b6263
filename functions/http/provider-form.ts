import type { HttpEvent } from '../../lib/http/event.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText, formFields } from './body-text.ts'
import type { BodyReader } from './json-body.ts'

/** What a callback needs of a response; Apple posts the ID token and the name too, which are not used. */
const NAMES = ['code', 'state', 'iss', 'error', 'error_description']

/**
 * Parses a provider's form post (OAuth 2.0 Form Post Response Mode) into `event.body`, as the query of a redirect; a `GET` has
 * none.
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError, InvalidRequestError as `bodyText`
 */
export const providerForm: BodyReader<string | undefined, undefined> & Middleware<HttpEvent & { body?: string }> = {
  accepts: ['state'],
  before(request) {
    const http = requestOf(request)
    if (http.method !== 'POST') return
    const type = http.header('content-type') ?? ''
    const fields = formFields(bodyText(request.event, type, 'application/x-www-form-urlencoded'))
    const kept = NAMES.flatMap((name) => fields.getAll(name).map((value): [string, string] => [name, value]))
    request.event.body = new URLSearchParams(kept).toString()
  },
}
