import { InvalidRequestError } from '../../lib/errors.ts'

const LIMIT = 50
const MAX_LIMIT = 100

/** The number of entries on a page; 50 if the query does not say. @throws InvalidRequestError unless it is 1 to 100 */
export function parseLimit(text = String(LIMIT)): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > MAX_LIMIT)
    throw invalidQuery('limit', `expected a whole number from 1 to ${MAX_LIMIT}`)
  return Number(text)
}

/** The error of an invalid query parameter. */
export function invalidQuery(pointer: string, detail: string): InvalidRequestError {
  return new InvalidRequestError('The query is invalid. `errors` says what each parameter must be.', [
    { pointer, detail },
  ])
}
