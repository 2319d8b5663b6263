import { request as send } from 'node:http'
import { requireSession, sessionOf } from 'coatcheck/express'
import { testCoatcheck } from 'coatcheck/testing'
import express from 'express'
import express4 from 'express-4'
import { expect, onTestFinished, test } from 'vitest'
import { describeAdapter, inMemory, options, type Start } from './scenario.ts'

const startWith =
  (createApp: typeof express): Start =>
  async (coatcheck) => {
    const app = createApp()
    const { notes, me, down } = options(coatcheck)
    app.use('/notes', requireSession(notes))
    app.get('/notes', (req, res) => {
      res
        .set({ 'x-own': 'kept' })
        .vary('Accept-Encoding')
        .json({ hello: sessionOf(req).session.userId })
    })
    app.post('/notes', (req, res) => {
      res.json({ hello: sessionOf(req).session.userId })
    })
    app.get('/me', requireSession(me), (req, res) => {
      res.json(sessionOf(req).user)
    })
    app.get('/down', requireSession(down), (_req, res) => {
      res.end()
    })
    app.get('/unchecked', (req, res) => {
      res.json(sessionOf(req))
    })
    app.use(((error, _req, res, _next) => {
      res.status(500).send(error.message)
    }) satisfies express.ErrorRequestHandler)
    return new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number }
        resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() })
      })
    })
  }

const start = startWith(express)

describeAdapter('coatcheck/express on Express 5', inMemory(start))
describeAdapter('coatcheck/express on Express 4', inMemory(startWith(express4 as typeof express)))

test('coatcheck/express refuses two bearer tokens, of which Node.js keeps only the first', async () => {
  const coatcheck = testCoatcheck()
  const { url, close } = await start(coatcheck)
  onTestFinished(() => void close())
  const { headers } = await coatcheck.signIn({ scopes: ['notes:read'] })
  const authorization = [headers.authorization ?? '', headers.authorization ?? '']
  const status = await new Promise((resolve) =>
    send(
      `${url}/notes`,
      { headers: ['authorization', authorization[0], 'authorization', authorization[1]] as never },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      },
    ).end(),
  )
  expect(status).toBe(400)
})

test('sessionOf of coatcheck/express throws if no check ran', async () => {
  const { url, close } = await start(testCoatcheck())
  onTestFinished(() => void close())
  expect(await (await fetch(`${url}/unchecked`)).text()).toContain('Add requireSession() before this handler')
})
