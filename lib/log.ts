import { CoatcheckError } from './errors.ts'
import { isLogged, writeLine } from './log-line.ts'
import { countMetric } from './metrics.ts'
import type { Log, LogEntry } from './ports.ts'

const LONGEST_MESSAGE = 500
const LONGEST_FIELD = 256
const DEEPEST_CAUSE = 3

/**
 * Writes each entry as one line of JSON to standard output, in the shape of Powertools for AWS Lambda, unless `LOG_LEVEL`
 * leaves out its level. Fields are truncated and escaped, so that no value can start a second line (OWASP ASVS 16.4.1).
 */
export const jsonLog: Log = ({ level, event, error, ...fields }) => {
  countMetric(event) // whether or not its level is logged
  if (!isLogged(level)) return
  writeLine(level, event.replaceAll('_', ' '), {
    event,
    ...bounded(fields),
    ...(error === undefined ? {} : { error: describe(error) }),
  })
}

/** Returns a log that adds a request's fields to each entry; fields of the entry take precedence. */
export function bindLog(log: Log, request: Readonly<Record<string, string | boolean | undefined>>): Log {
  return (entry: LogEntry) => log({ ...request, ...entry })
}

function bounded(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, boundedValue(value)]))
}

/** Only texts, numbers and booleans are logged: an object could contain a secret. */
function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, LONGEST_FIELD)
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined ? value : typeof value
}

/**
 * Name, message and stack only: an SDK error also has the request, and a body parser's error the body. Any value can have
 * been thrown, even an object whose properties throw; it is logged all the same.
 */
function describe(error: unknown, depth = 0): unknown {
  if (!isError(error)) return `${typeof error} thrown`
  const cause = read(error, 'cause')
  return {
    name: textOf(error, 'name')?.slice(0, LONGEST_FIELD),
    ...(error instanceof CoatcheckError ? { code: error.code } : {}),
    message: textOf(error, 'message')?.slice(0, LONGEST_MESSAGE),
    stack: textOf(error, 'stack')
      ?.split('\n')
      .slice(1, 6)
      .map((frame) => frame.trim().slice(0, LONGEST_FIELD)),
    ...(isError(cause) && depth < DEEPEST_CAUSE ? { cause: describe(cause, depth + 1) } : {}),
  }
}

function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error
  } catch {
    return false // a proxy whose traps throw
  }
}

function textOf(error: Error, property: 'name' | 'message' | 'stack'): string | undefined {
  const value = read(error, property)
  return typeof value === 'string' ? value : undefined
}

function read(error: Error, property: keyof Error): unknown {
  try {
    return error[property]
  } catch {
    return undefined
  }
}
