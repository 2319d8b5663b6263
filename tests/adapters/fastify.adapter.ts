import { requireSession, sessionOf } from 'coatcheck/fastify'
import { testCoatcheck } from 'coatcheck/testing'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { describeAdapter, inMemory, options, type Start, TRUSTED } from './scenario.ts'

function createApp(coatcheck: Parameters<Start>[0]) {
  const app = Fastify()
  const { notes, me, down } = options(coatcheck)
  app.register(async (guarded) => {
    guarded.addHook('onRequest', requireSession(notes))
    guarded.get('/notes', async (request, reply) => {
      reply.header('x-own', 'kept').header('vary', `${reply.getHeader('vary')}, Accept-Encoding`)
      return { hello: sessionOf(request).session.userId }
    })
    guarded.post('/notes', async (request) => ({ hello: sessionOf(request).session.userId }))
    guarded.options('/notes', async () => '')
  })
  app.get('/me', { onRequest: requireSession(me) }, async (request) => sessionOf(request).user)
  app.get('/down', { onRequest: requireSession(down) }, async () => '')
  app.get('/unchecked', async (request) => sessionOf(request))
  return app
}

describeAdapter(
  'coatcheck/fastify on Fastify 5',
  inMemory(async (coatcheck) => {
    const app = createApp(coatcheck)
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
  }),
)

test('coatcheck/fastify works with Fastify’s inject', async () => {
  const coatcheck = testCoatcheck()
  const { headers, session } = await coatcheck.signIn({ scopes: ['notes:read'] })
  const app = createApp(coatcheck)
  const answer = await app.inject({ url: '/notes', headers })
  expect([answer.statusCode, answer.json()]).toEqual([200, { hello: session.userId }])
  expect((await app.inject('/unchecked')).statusCode).toBe(500)
})

test('coatcheck/fastify as a hook of the root instance answers preflights of routes without OPTIONS', async () => {
  const app = Fastify()
  app.addHook('onRequest', requireSession(options(testCoatcheck()).notes))
  app.get('/notes', async () => '')
  const headers = { origin: TRUSTED, 'access-control-request-method': 'GET' }
  const answer = await app.inject({ method: 'OPTIONS', url: '/notes', headers })
  expect(answer.statusCode).toBe(204)
  expect(answer.headers['access-control-allow-methods']).toContain('GET')
})
