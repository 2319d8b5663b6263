import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { expect, vi } from 'vitest'
import { AUDIT_EVENTS, type AuditEvent } from '../../lib/audit-events.ts'
import { VERSION } from '../../lib/version.ts'
import type { TestService } from './service.ts'

/** What `docs/audit-events.md` says of an event. */
export interface DocumentedEvent {
  readonly event: string
  readonly level: string
  readonly when: string
  readonly fields: readonly string[]
}

export const INVENTORY = readFileSync('docs/audit-events.md', 'utf8')
/** The rows of its table of events, in its order. */
export const DOCUMENTED: readonly DocumentedEvent[] = [
  ...INVENTORY.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]+) \|([^|]*)\|$/gm),
].map(([, event = '', level = '', when = '', fields = '']) => ({
  event,
  level,
  when,
  fields: [...fields.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
}))

const EVENTS = Object.keys(AUDIT_EVENTS) as AuditEvent[]
/** Fields that any line may have: which request, from where, and whose session it came with. */
const COMMON = [
  ...['level', 'message', 'timestamp', 'service', 'stage', 'version', 'event', 'ip', 'actor', 'sessionId'],
  ...['cold_start', 'function_name', 'function_request_id', 'xray_trace_id'],
]
const text = v.pipe(v.string(), v.maxLength(500))
const id = v.pipe(v.string(), v.regex(/^[\w-]{21}$/))

/** A store says it, which knows of no request. */
const OF_A_STORE = 'corrupt_item'

/** Every line of a request: who, what, where and when (ASVS 16.2.1, 16.2.2), and no field that is not documented. */
const AUDIT_LINE = v.pipe(
  v.objectWithRest(
    {
      level: v.picklist(['INFO', 'WARN', 'ERROR']),
      message: text,
      timestamp: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
      service: v.literal('coatcheck'),
      stage: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+$/))),
      version: v.literal(VERSION),
      event: v.picklist(EVENTS),
      cold_start: v.optional(v.boolean()),
      function_name: v.optional(v.pipe(v.string(), v.regex(/^coatcheck-[\w-]+$/))),
      function_request_id: v.optional(v.pipe(v.string(), v.uuid())),
      xray_trace_id: v.optional(v.pipe(v.string(), v.regex(/^1-[\da-f]{8}-[\da-f]{24}$/))),
      ip: v.optional(v.pipe(v.string(), v.ip())),
      actor: v.optional(id),
      target: v.optional(id),
      sessionId: v.optional(id),
      account: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{22}$/))),
      retryAfterSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      sessions: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      error: v.optional(v.union([text, v.looseObject({ name: text, message: text })])),
    },
    text,
  ),
  v.check(({ level, event }) => level === AUDIT_EVENTS[event].toUpperCase(), 'the level is the event’s'),
  v.check(
    ({ event, function_request_id, function_name, ip }) =>
      event === OF_A_STORE || [function_request_id, function_name, ip].every(Boolean),
    'says which request, in which function, from where',
  ),
  v.check(
    (line) => undocumented(line) === '',
    (issue) => `not documented: ${undocumented(issue.input)}`,
  ),
)

function undocumented(line: { event: AuditEvent }): string {
  const known = [...COMMON, ...(DOCUMENTED.find(({ event }) => event === line.event)?.fields ?? [])]
  return Object.keys(line)
    .filter((field) => !known.includes(field))
    .join(', ')
}

/** Returns the audit lines in the output of a service, without the local front's own lines. */
export function auditLines(log: readonly string[]): Record<string, unknown>[] {
  return log.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
}

/** What is wrong with a line: nothing. */
export function faultsOf(line: unknown): string[] {
  const { issues = [] } = v.safeParse(AUDIT_LINE, line)
  return issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`)
}

/** One event that is expected, with some of its fields. */
export type Expected = readonly [event: AuditEvent, fields?: object]

/** What a service says of what is done to it, step by step. */
export function watchLog(service: TestService) {
  let read = 0
  const news = () => auditLines(service.log.slice(read))
  const watch = {
    news,
    /** Passes over what has been printed so far; the functions' lines come in their own time. */
    async skip() {
      for (let length = -1; length !== service.log.length; ) {
        length = service.log.length
        await new Promise((done) => setTimeout(done, 30))
      }
      read = service.log.length
    },
    /** These events since then and no others, in this order. */
    async expect(...expected: Expected[]) {
      await vi.waitFor(() => expect(news().map(({ event }) => event)).toEqual(expected.map(([event]) => event)), 10_000)
      for (const [index, [, fields = {}]] of expected.entries()) expect(news()[index]).toMatchObject(fields)
      await watch.skip()
    },
    /** What is wrong with any line of the service's life. */
    async faults(): Promise<string[]> {
      await watch.skip()
      const faults = auditLines(service.log).flatMap((line) => faultsOf(line).map((fault) => `${line.event}: ${fault}`))
      return [...new Set(faults)]
    },
  }
  return watch
}

/** Changes an item past the stores. */
export async function changeItem(
  { tables }: TestService,
  table: 'users' | 'sessions',
  key: Record<string, string>,
  changes: object,
): Promise<void> {
  const attributes = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]))
  await tables.put(tables[table], { ...(await tables.get(tables[table], attributes)), ...changes })
}

/** A moment in the past, as an item has it. */
export const ago = (seconds: number) => ({ N: String(Math.floor(Date.now() / 1000) - seconds) })
