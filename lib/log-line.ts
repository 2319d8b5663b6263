import { Console } from 'node:console'
import type { LogLevel } from './audit-events.ts'
import { defined } from './defined.ts'
import { logSettings } from './log-settings.ts'
import { wallMilliseconds } from './system.ts'
import { VERSION } from './version.ts'

/** Characters that JSON does not escape, but that some log readers take for a line break or a terminal command. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The levels that Lambda and Powertools accept, as far as they leave out lines of Coatcheck. */
const RANKS: Readonly<Record<string, number>> = { WARN: 1, ERROR: 2, CRITICAL: 3, FATAL: 3, SILENT: 3 }
// Stryker disable next-line StringLiteral: any text without a rank works
const rankOf = (level = ''): number => RANKS[level.toUpperCase()] ?? 0

/** Whether lines of this level are written; of `LOG_LEVEL` and the level set in Lambda the higher one decides. */
export function isLogged(level: LogLevel): boolean {
  const { LOG_LEVEL, AWS_LAMBDA_LOG_LEVEL } = logSettings()
  return rankOf(level) >= Math.max(rankOf(LOG_LEVEL), rankOf(AWS_LAMBDA_LOG_LEVEL))
}

/** What Lambda's runtime knows about the invocation that the running code belongs to. */
interface InvokeStore {
  getRequestId?(): string | undefined
  getXRayTraceId?(): string | undefined
}

/**
 * Lambda's runtime replaces the methods of the global console: in text format it puts time, request id and level before
 * a line, in JSON format it nests the line in an object of its own. Standard output it passes on as it is.
 */
let output: Console | undefined

/** Writes one line of JSON with the fields that all lines have; never throws. */
export function writeLine(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
  const { STAGE, AWS_LAMBDA_FUNCTION_NAME, _X_AMZN_TRACE_ID } = logSettings()
  const { awslambda } = globalThis as { awslambda?: { InvokeStore?: InvokeStore } }
  const { InvokeStore: invocation } = awslambda ?? {}
  const trace = invocation?.getXRayTraceId?.() ?? _X_AMZN_TRACE_ID
  const requestId = invocation?.getRequestId?.()
  const line = {
    level: level.toUpperCase(),
    message,
    timestamp: new Date(wallMilliseconds()).toISOString(),
    service: 'coatcheck',
    stage: STAGE || undefined,
    version: VERSION,
    function_name: AWS_LAMBDA_FUNCTION_NAME,
    function_request_id: requestId === '-' ? undefined : requestId, // outside of an invocation
    xray_trace_id: trace?.match(/Root=([^;]+)/)?.[1],
    ...defined(fields),
  }
  output ??= new Console(process.stdout)
  output.log(JSON.stringify(line).replace(INVISIBLE, escaped))
}

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
