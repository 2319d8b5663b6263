import { InvalidRequestError } from '../../lib/errors.ts'
import { requestOf } from '../../middleware/request.ts'
import { bodyText, formFields } from './body-text.ts'
import type { BodyReader } from './json-body.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * Parses a form body and puts the named fields into `event.body`. Each must be sent once; other fields are ignored.
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError, InvalidRequestError naming the field.
 */
export function formBody<Name extends string>(
  names: readonly Name[],
): BodyReader<Record<Name, string>, Record<Name, string>> {
  return {
    accepts: names,
    before(request) {
      const { event } = request
      const fields = formFields(bodyText(event, requestOf(request).header('content-type') ?? '', FORM))
      event.body = Object.fromEntries(names.map((name) => [name, onlyValue(fields, name)])) as Record<Name, string>
    },
  }
}

function onlyValue(fields: URLSearchParams, name: string): string {
  const values = fields.getAll(name)
  const [value] = values
  if (value !== undefined && values.length === 1) return value
  const detail = value === undefined ? 'missing field' : 'duplicate field'
  throw new InvalidRequestError('The form is invalid. `errors` says what is wrong with each field.', [
    { pointer: name, detail },
  ])
}
