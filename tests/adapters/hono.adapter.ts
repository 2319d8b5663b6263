import { serve } from '@hono/node-server'
import { requireSession, type SessionVariables } from 'coatcheck/hono'
import { httpApiEvent, restApiEvent, testCoatcheck } from 'coatcheck/testing'
import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { expect, test } from 'vitest'
import { describeAdapter, inMemory, options, type Start } from './scenario.ts'

function createApp(coatcheck: Parameters<Start>[0]) {
  const app = new Hono<{ Variables: SessionVariables }>()
  const { notes, me, down } = options(coatcheck)
  app.use('/notes', requireSession(notes))
  app.get('/notes', (c) =>
    c.json({ hello: c.get('session').userId }, 200, { 'x-own': 'kept', vary: 'Accept-Encoding' }),
  )
  app.post('/notes', (c) => c.json({ hello: c.var.session.userId }))
  app.get('/me', requireSession(me), (c) => c.json(c.get('user')))
  app.get('/down', requireSession(down), (c) => c.text(c.get('credential')))
  return app
}

describeAdapter(
  'coatcheck/hono on @hono/node-server',
  inMemory(async (coatcheck) => {
    const { fetch } = createApp(coatcheck)
    return new Promise((resolve) => {
      const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
      )
    })
  }),
)

test.each([
  ['HTTP API', httpApiEvent],
  ['REST API', restApiEvent],
])('coatcheck/hono in Lambda reads the event of a %s: refuses two bearer tokens, admits one', async (_source, make) => {
  const coatcheck = testCoatcheck()
  const handler = handle(createApp(coatcheck))
  const { headers, session } = await coatcheck.signIn({ scopes: ['notes:read'] })
  const call = (sent: object) => handler(make({ path: '/notes', headers: sent as never }) as never, {} as never)
  expect(await call(headers)).toMatchObject({ statusCode: 200, body: JSON.stringify({ hello: session.userId }) })
  const twice = { authorization: [headers.authorization, headers.authorization] }
  expect(await call(twice)).toMatchObject({ statusCode: 400 })
})
