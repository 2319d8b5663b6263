import httpJsonBodyParser from '@middy/http-json-body-parser'
import * as v from 'valibot'
import {
  type InvalidPart,
  InvalidRequestError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
} from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { repeatedKey } from '../../lib/http/repeated-key.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText, LIMIT_BYTES } from './body-text.ts'

declare const sent: unique symbol

/** Reads a body into `event.body`; what a client sends for it is known to types alone. */
export interface BodyReader<Body, Sent> extends Middleware<HttpEvent & { body?: Body }> {
  readonly [sent]?: Sent
}

/** Valibot takes `[]` for an object without fields. */
const NO_LIST = v.pipe(
  v.unknown(),
  v.check((body) => !Array.isArray(body), 'expected Object'),
)

const JSON_TYPE = /^application\/json\s*(;|$)/i

/**
 * Reads the body as JSON by a schema and leaves the result in `event.body`. Only `application/json`, at most 16 KiB,
 * no key twice, no unknown fields (the schema's word).
 * @throws PayloadTooLargeError, UnsupportedMediaTypeError, InvalidRequestError naming each part; none of them
 *   holds a value of the body: people type passwords into every field.
 */
export function jsonBody<Sent, T>(schema: v.GenericSchema<Sent, T>): BodyReader<T, Sent> {
  const parser = httpJsonBodyParser({ disableContentTypeCheck: true }) // it finds fewer spellings of the header
  const bodySchema = v.pipe(NO_LIST, schema)
  return {
    before(request) {
      const { event } = request
      const text = bodyText(event)
      if (Buffer.byteLength(text) > LIMIT_BYTES) throw new PayloadTooLargeError(LIMIT_BYTES)
      if (!JSON_TYPE.test(requestOf(request).header('content-type') ?? '')) throw new UnsupportedMediaTypeError()
      try {
        parser.before?.(request as never)
      } catch {
        // The parser's error carries the body in its cause: it must not travel on into a log.
        throw new InvalidRequestError('The body is not valid JSON.')
      }
      const repeated = repeatedKey(text)
      if (repeated !== undefined) {
        const part = { pointer: pointerTo([repeated]), detail: 'is there twice' }
        throw new InvalidRequestError('The body has a field twice.', [part])
      }
      const parsed = v.safeParse(bodySchema, event.body)
      if (!parsed.success)
        throw new InvalidRequestError('The body is not as it should be.', parsed.issues.map(invalidPart))
      event.body = parsed.output
    },
  }
}

/** RFC 6901; long names are cut, they are the sender's own. */
function pointerTo(path: readonly string[]): string {
  return path.map((key) => `/${key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function invalidPart(issue: v.BaseIssue<unknown>): InvalidPart {
  return { pointer: pointerTo((issue.path ?? []).map((part) => String(part.key))), detail: detailOf(issue) }
}

/** Valibot's own messages repeat what was received. A message of ours is kept; the others are put in words here. */
function detailOf(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  if (issue.expected === 'never') return 'is not a known field'
  if (issue.received === 'undefined') return 'is missing'
  return `expected ${issue.expected ?? 'another value'}`
}
