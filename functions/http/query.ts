import { InvalidRequestError } from '../../lib/errors.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import { isIntact } from '../../lib/typed-text.ts'
import { isEncodedUtf8 } from './body-text.ts'

/** @throws InvalidRequestError unless the query is UTF-8 and has only known parameters */
export function assertQuery({ query }: HttpRequest, rawQuery: unknown, known: readonly string[]): void {
  const texts = Object.entries(query).flat()
  if ((typeof rawQuery === 'string' && !isEncodedUtf8(rawQuery)) || !texts.every((text = '') => isIntact(text)))
    throw new InvalidRequestError('The query is not valid UTF-8. Percent-encode its text as UTF-8.')
  const errors = Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => ({ pointer: name.slice(0, 64), detail: 'unknown query parameter' }))
  if (errors.length > 0)
    throw new InvalidRequestError('The query has an unknown parameter. Remove the parameters in `errors`.', errors)
}
