import { createServer } from 'node:http'
import { Router } from '@aws-lambda-powertools/event-handler/http'
import { type RequestStore, requireSession } from 'coatcheck/powertools'
import { albEvent, httpApiEvent, invoke, restApiEvent, testCoatcheck } from 'coatcheck/testing'
import { expect, test } from 'vitest'
import { describeAdapter, inMemory, options, type Start, TRUSTED } from './scenario.ts'

function createHandler(coatcheck: Parameters<Start>[0]) {
  const app = new Router<{ store: { request: RequestStore } }>()
  const { notes, me, down } = options(coatcheck)
  const check = requireSession(notes)
  app.get('/notes', [check], ({ get }) => {
    const headers = { 'x-own': 'kept', vary: 'Accept-Encoding' }
    return Response.json({ hello: get('session')?.userId }, { headers })
  })
  app.head('/notes', [check], () => new Response(null))
  app.post('/notes', [check], ({ get }) => ({ hello: get('session')?.userId ?? null }))
  app.options('/notes', [check], () => new Response())
  app.get('/me', [requireSession(me)], ({ get }) => Response.json(get('user')))
  app.get('/down', [requireSession(down)], () => ({}))
  return (event: unknown, context: never) => app.resolve(event, context)
}

/** An HTTP API in front of the handler. */
const start: Start = async (coatcheck) => {
  const handler = createHandler(coatcheck)
  const server = createServer(async ({ method = '', url = '', headers }, answer) => {
    const event = httpApiEvent({ method, path: url, headers: headers as Record<string, string> })
    const { statusCode, headers: sent, cookies = [], body } = await invoke(handler, event)
    answer.writeHead(statusCode, { ...sent, 'set-cookie': [...cookies] }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describeAdapter('coatcheck/powertools behind an HTTP API', inMemory(start))

test.each([
  ['REST API', restApiEvent],
  ['load balancer', albEvent],
])('coatcheck/powertools admits a session in the event of a %s and refuses without', async (_source, make) => {
  const coatcheck = testCoatcheck()
  const handler = createHandler(coatcheck)
  const { headers } = await coatcheck.signIn({ scopes: ['notes:read'] })
  expect(await invoke(handler, make({ path: '/notes', headers }))).toMatchObject({ statusCode: 200 })
  expect(await invoke(handler, make({ path: '/notes' }))).toMatchObject({ statusCode: 401 })
})

test('coatcheck/powertools for all routes answers preflights of routes without OPTIONS', async () => {
  const app = new Router()
  app.use(requireSession(options(testCoatcheck()).notes))
  app.get('/notes', () => ({}))
  const headers = { origin: TRUSTED, 'access-control-request-method': 'GET' }
  const handler = (event: unknown, context: never) => app.resolve(event, context)
  const answer = await invoke(handler, httpApiEvent({ method: 'OPTIONS', path: '/notes', headers }))
  expect(answer).toMatchObject({
    statusCode: 204,
    headers: { 'access-control-allow-methods': expect.stringContaining('GET') },
  })
})
