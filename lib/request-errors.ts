import { CoatcheckError } from './coatcheck-error.ts'

/** One invalid part of a request; `pointer` is a JSON pointer (RFC 6901) into the body, or a parameter's name. */
export interface InvalidPart {
  readonly pointer: string
  readonly detail: string
}

/** The request's credentials, query, content or body are invalid; `errors` lists the parts. Status 400. */
export class InvalidRequestError extends CoatcheckError {
  readonly code = 'invalid_request'
  readonly errors: readonly InvalidPart[]
  /** Whether the credentials are invalid, such as two at once: only then the response has a challenge (RFC 6750 §3.1). */
  readonly concernsCredentials: boolean
  constructor(message: string, errors: readonly InvalidPart[] = [], concernsCredentials = false) {
    super(message)
    this.errors = errors
    this.concernsCredentials = concernsCredentials
  }
}

/** The resource does not exist, or the caller may not know that it does. Status 404. */
export class NotFoundError extends CoatcheckError {
  readonly code = 'not_found'
  constructor(message = 'No resource has this path. Check the path and the ids in it.') {
    super(message)
  }
}

/** The path has other methods, which `allowed` lists. Status 405. */
export class MethodNotAllowedError extends CoatcheckError {
  readonly code = 'method_not_allowed'
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(`This path accepts only ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

/** The request body exceeds the limit. Status 413. */
export class PayloadTooLargeError extends CoatcheckError {
  readonly code = 'payload_too_large'
  constructor(limitBytes: number) {
    super(`The request body is too large. Send at most ${limitBytes} bytes.`)
  }
}

/** The request's `Content-Type` is not the one the route accepts. Status 415. */
export class UnsupportedMediaTypeError extends CoatcheckError {
  readonly code = 'unsupported_media_type'
  constructor(expected = 'application/json') {
    super(`Unsupported content type. Send the body as ${expected}.`)
  }
}
