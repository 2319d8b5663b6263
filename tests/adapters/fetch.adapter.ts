import { serve } from '@hono/node-server'
import { InsufficientScopeError } from 'coatcheck'
import { createSessionCheck, withSession } from 'coatcheck/fetch'
import { testCoatcheck } from 'coatcheck/testing'
import { expect, test } from 'vitest'
import { describeAdapter, inMemory, OWN, options } from './scenario.ts'

describeAdapter(
  'coatcheck/fetch in a server for fetch handlers',
  inMemory(async (coatcheck) => {
    const { notes, me, down } = options(coatcheck)
    const check = createSessionCheck(notes)
    const routes: Record<string, (request: Request) => Promise<Response>> = {
      '/notes': async (request) => {
        const checked = await check(request)
        if (checked instanceof Response) return checked
        const headers = { 'x-own': 'kept', vary: 'Accept-Encoding' }
        return checked.respond(Response.json({ hello: checked.session.userId }, { headers }))
      },
      '/me': withSession(async (_request, { user }) => Response.json(user), me),
      '/down': withSession(async () => new Response(), down),
    }
    const fetch = (request: Request) =>
      routes[new URL(request.url).pathname]?.(request) ?? new Response(null, { status: 404 })
    return new Promise((resolve) => {
      const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
      )
    })
  }),
)

test('withSession adds CORS headers to a response whose headers cannot change', async () => {
  const coatcheck = testCoatcheck()
  const { me } = options(coatcheck)
  const { headers } = await coatcheck.signIn()
  const handler = withSession(async () => Response.redirect('https://example.com/'), { ...me, trustedOrigins: [OWN] })
  const answer = await handler(new Request('https://x.example/', { headers: { ...headers, origin: OWN } }))
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([302, OWN])
})

test('withSession turns errors of Coatcheck into problems, and leaves others to the server', async () => {
  const coatcheck = testCoatcheck()
  const { me } = options(coatcheck)
  const { headers } = await coatcheck.signIn()
  const request = new Request('https://x.example/', { headers })
  const failing = (error: Error) => withSession(() => Promise.reject(error), me)(request)
  expect((await failing(new InsufficientScopeError([]))).status).toBe(403)
  await expect(failing(new Error('a bug'))).rejects.toThrow('a bug')
})

test('withSession passes on what the framework gives as the second argument', async () => {
  const coatcheck = testCoatcheck()
  const { headers } = await coatcheck.signIn()
  const handler = withSession<{ params: Promise<{ id: string }> }>(
    async (_request, { params, session }) => Response.json({ ...(await params), by: session.userId.length }),
    options(coatcheck).me,
  )
  const answer = await handler(new Request('https://x.example/', { headers }), { params: Promise.resolve({ id: '7' }) })
  expect(await answer.json()).toEqual({ id: '7', by: 21 })
})
