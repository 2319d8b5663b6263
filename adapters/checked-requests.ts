import type { CheckedContext } from './session-check.ts'

const contexts = new WeakMap<object, CheckedContext>()

/** Remembers what the check of a request has found. */
export function setChecked(request: object, context: CheckedContext): void {
  contexts.set(request, context)
}

/**
 * Returns what the check of a request has found.
 * @throws TypeError if `requireSession` did not run for the request
 */
export function checkedContext(request: object): CheckedContext {
  const context = contexts.get(request)
  if (!context) throw new TypeError('sessionOf: the request was not checked. Add requireSession() before this handler.')
  return context
}
