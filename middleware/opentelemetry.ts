import { trace } from '@opentelemetry/api'
import { CoatcheckError } from '../lib/errors.ts'
import type { TraceCheck } from './options.ts'

export type { TraceCheck } from './options.ts'

/** The parts of a span that are used, as `Span` of `@opentelemetry/api` has them. */
export interface TraceSpan {
  /** Adds a fact to the span. */
  setAttribute(name: string, value: string): unknown
  /** Marks the span as failed. */
  setStatus(status: { code: number }): unknown
  /** Ends the span. */
  end(): void
}

/** The part of a tracer that is used, as `Tracer` of `@opentelemetry/api` has it. */
export interface Tracer {
  /** Starts a span that is the parent of the spans started in `run`. */
  startActiveSpan<T>(name: string, run: (span: TraceSpan) => T): T
}

/** `SpanStatusCode.ERROR`. */
const STATUS_ERROR = 2

/**
 * Records each check of a session as a span `coatcheck.check` of OpenTelemetry. Its attributes are the outcome,
 * `admitted` or a problem's code, and the kind of credential; never a token, a user or a session. Instrumentation of the
 * AWS SDK sees only the first read of a process.
 * @param tracer Default: the one that `@opentelemetry/api` has for the name `coatcheck` at each check.
 * @returns the option `trace` of `requireSession` and `createAuthorizer`
 * @example
 * ```ts
 * import { requireSession } from 'coatcheck/middleware'
 * import { traceChecks } from 'coatcheck/opentelemetry'
 *
 * export const guard = requireSession({ scopes: ['orders:read'], trace: traceChecks() })
 * ```
 */
export function traceChecks(tracer?: Tracer): TraceCheck {
  return (check) =>
    (tracer ?? (trace.getTracer('coatcheck') as Tracer)).startActiveSpan('coatcheck.check', async (span) => {
      try {
        const admission = await check()
        span.setAttribute('coatcheck.outcome', 'admitted')
        span.setAttribute('coatcheck.credential', admission.credential)
        return admission
      } catch (error) {
        const code = error instanceof CoatcheckError ? error.code : undefined
        span.setAttribute('coatcheck.outcome', code ?? 'failed')
        // A refusal is not an error of the service.
        if (code === undefined || code === 'unavailable') span.setStatus({ code: STATUS_ERROR })
        throw error
      } finally {
        span.end()
      }
    })
}
