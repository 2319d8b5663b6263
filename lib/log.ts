import { CoatcheckError } from './errors.ts'
import type { Log } from './ports.ts'

const LONGEST_MESSAGE = 500
const DEEPEST_CAUSE = 3

/** One line of JSON on standard error for each entry, which CloudWatch keeps and can query. */
export const jsonLog: Log = ({ level, event, error, ...fields }) => {
  const line = { level, event, ...fields, ...(error === undefined ? {} : { error: describe(error) }) }
  console.error(JSON.stringify(line))
}

/** Name, message and stack only: an SDK error also carries the request, and a body parser's the body. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return `${typeof error} thrown`
  return {
    name: error.name,
    ...(error instanceof CoatcheckError ? { code: error.code } : {}),
    message: error.message.slice(0, LONGEST_MESSAGE),
    stack: error.stack
      ?.split('\n')
      .slice(1, 6)
      .map((frame) => frame.trim()),
    ...(error.cause instanceof Error && depth < DEEPEST_CAUSE ? { cause: describe(error.cause, depth + 1) } : {}),
  }
}
