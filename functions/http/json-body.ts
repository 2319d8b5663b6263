import httpJsonBodyParser from '@middy/http-json-body-parser'
import * as v from 'valibot'
import { type InvalidPart, InvalidRequestError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { repeatedKey } from '../../lib/http/repeated-key.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText } from './body-text.ts'

declare const sent: unique symbol

/** A middleware that parses `event.body`; `Sent` is the type that clients send, for types only. */
export interface BodyReader<Body, Sent> extends Middleware<HttpEvent & { body?: Body }> {
  readonly [sent]?: Sent
  /** The schema of a JSON body, the names of a form's fields, or the media type of another text. */
  readonly accepts: v.GenericSchema | readonly string[] | string
}

/** Valibot accepts `[]` as an object without fields. */
const NO_ARRAY = v.pipe(
  v.unknown(),
  v.check((body) => !Array.isArray(body), 'expected Object'),
)

/**
 * Parses a JSON body by a schema and puts the result into `event.body`. The body has at most 16 KiB, the type
 * `application/json` and no duplicate keys.
 * @throws PayloadTooLargeError, UnsupportedMediaTypeError; InvalidRequestError naming each invalid part. No error holds
 *   a value of the body: people type passwords into every field.
 */
export function jsonBody<Sent, T>(schema: v.GenericSchema<Sent, T>): BodyReader<T, Sent> {
  const parser = httpJsonBodyParser({ disableContentTypeCheck: true }) // it does not find every spelling of the header
  const bodySchema = v.pipe(NO_ARRAY, schema)
  return {
    accepts: schema,
    before(request) {
      const { event } = request
      const text = bodyText(event, requestOf(request).header('content-type') ?? '', 'application/json')
      Object.assign(event, { body: text, isBase64Encoded: false }) // the parser's own decoding is lenient
      try {
        parser.before?.(request as never)
      } catch {
        // The parser's error has the body in its cause, which must not reach a log.
        throw new InvalidRequestError('The request body is not valid JSON. Send one JSON object.')
      }
      const repeated = repeatedKey(text)
      if (repeated !== undefined) {
        const part = { pointer: pointerTo([repeated]), detail: 'duplicate field' }
        throw new InvalidRequestError('The request body has a duplicate field. Send each field once.', [part])
      }
      const parsed = v.safeParse(bodySchema, event.body)
      if (!parsed.success)
        throw new InvalidRequestError(
          'The request body is invalid. `errors` says what each part must be.',
          parsed.issues.map(invalidPart),
        )
      event.body = parsed.output
    },
  }
}

/** A JSON pointer (RFC 6901). The sender chooses the names, so long ones are cut. */
function pointerTo(path: readonly string[]): string {
  return path.map((key) => `/${key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function invalidPart(issue: v.BaseIssue<unknown>): InvalidPart {
  return { pointer: pointerTo((issue.path ?? []).map((part) => String(part.key))), detail: detailOf(issue) }
}

/** Keeps our own messages and replaces Valibot's, which repeat the received value. */
function detailOf(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  if (issue.expected === 'never') return 'unknown field'
  if (issue.received === 'undefined') return 'missing field'
  return `expected ${issue.expected ?? 'another value'}`
}
