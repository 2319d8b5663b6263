import { type Tracer, trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../lib/system.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { traceChecks } from '../../middleware/opentelemetry.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { eventOf } from '../support/event-sources.ts'
import { createParts, down, scopes } from '../support/parts.ts'

async function open() {
  const parts = createParts()
  parts.time.now = systemClock()
  const { token } = await parts.session(await parts.user(), { scopes: scopes('a') })
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer: Tracer = provider.getTracer('tests')
  const options = {
    ...{
      sessions: parts.sessions,
      log: () => {},
      origin: 'https://a.example',
      trustedOrigins: [],
      trace: traceChecks(tracer),
    },
    cookieName: '__Host-session',
  } as const
  const spans = () =>
    exporter.getFinishedSpans().map(({ name, attributes, status }) => ({ name, ...attributes, status: status.code }))
  return { parts, options, token: token.reveal(), spans, exporter, provider }
}

test('each check of the middleware and of the authorizer is a span with its outcome, and no identifiers', async () => {
  const { parts, options, token, spans, exporter } = await open()
  const check = async (bearers: string[], more: object = {}) => {
    const event = eventOf('http-api-2.0', { bearers })
    const request = { event, context: {}, response: undefined, error: undefined, internal: {} }
    await requireSession({ ...options, ...more }).before?.(request as never)
  }
  await check([token])
  await check([]).catch(() => {})
  await check([token], { scopes: ['b'] }).catch(() => {})
  await check([token], { sessions: { ...parts.sessions, check: down } }).catch(() => {})
  await createAuthorizer(options)(eventOf('authorizer-http-api-2.0', { bearers: [token] }))
  const name = 'coatcheck.check'
  const admitted = { name, 'coatcheck.outcome': 'admitted', 'coatcheck.credential': 'bearer', status: 0 }
  expect(spans()).toEqual([
    admitted,
    { name, 'coatcheck.outcome': 'unauthenticated', status: 0 },
    { name, 'coatcheck.outcome': 'insufficient_scope', status: 0 },
    { name, 'coatcheck.outcome': 'unavailable', status: 2 },
    admitted,
  ])
  expect(
    JSON.stringify(exporter.getFinishedSpans().map(({ attributes, events }) => ({ attributes, events }))),
  ).not.toContain(token)
})

test('a failure of another kind is an error of the span', async () => {
  const { options, token, spans, parts } = await open()
  const failing = { ...parts.sessions, check: () => Promise.reject(new TypeError('a bug')) }
  const event = eventOf('authorizer-http-api-2.0', { bearers: [token] })
  await expect(createAuthorizer({ ...options, sessions: failing })(event)).rejects.toThrow('a bug')
  expect(spans()).toEqual([{ name: 'coatcheck.check', 'coatcheck.outcome': 'failed', status: 2 }])
})

test('the default is the tracer that is registered when a check runs', async () => {
  const { options, token, spans, provider } = await open()
  const authorizer = createAuthorizer({ ...options, trace: traceChecks() })
  const event = eventOf('authorizer-http-api-2.0', { bearers: [token] })
  expect(await authorizer(event)).toMatchObject({ isAuthorized: true })
  expect(spans()).toEqual([])
  trace.setGlobalTracerProvider(provider)
  onTestFinished(() => trace.disable())
  await authorizer(event)
  expect(spans()).toHaveLength(1)
})

test('a trace option of another type is refused when the middleware is created', () => {
  expect(() => requireSession({ trace: {} as never })).toThrow('`trace` must be a function')
})
