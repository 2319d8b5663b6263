import { createServer, get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectionAgents } from '../../lib/dynamodb/connection-agents.ts'

const IDLE_MS = 10_000

let port: number
let connections = 0
const server = createServer((request, response) => {
  if (request.url === '/reset') request.socket.resetAndDestroy()
  else setImmediate(() => response.end('answered'))
}).on('connection', () => connections++)
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe.each(['http', 'https'] as const)('the %s agent', (protocol) => {
  function open() {
    const time = { monotonic: 0, wall: 0 }
    const { httpAgent, httpsAgent } = connectionAgents(() => ({ ...time }))
    // What the agent does with its connections does not depend on TLS.
    httpsAgent.createConnection = (options) => connect(options as { port: number })
    const agent = protocol === 'http' ? httpAgent : httpsAgent
    onTestFinished(() => agent.destroy())
    const get = (path = '/') =>
      new Promise<void>((resolve, reject) => {
        const options = { agent, port, path, host: '127.0.0.1' }
        const request = (protocol === 'http' ? httpGet : httpsGet)(options, (response) => {
          response.resume().on('close', () => setImmediate(resolve))
        })
        request.on('error', reject)
      })
    /** The number of connections that these requests open. */
    const opened = async (act: () => Promise<unknown>) => {
      const before = connections
      await act()
      return connections - before
    }
    return { time, get, opened }
  }

  test('uses a connection again for one request after another', async () => {
    const { get, opened } = open()
    expect(
      await opened(async () => {
        for (let requests = 0; requests < 5; requests++) await get()
      }),
    ).toBe(1)
  })

  test.each(['monotonic', 'wall'] as const)(
    'drops connections idle for more than 10 s by the %s clock',
    async (clock) => {
      const { time, get, opened } = open()
      await Promise.all([get(), get(), get()])
      time[clock] += IDLE_MS
      expect(await opened(get)).toBe(0)
      time[clock] += 1
      expect(await opened(() => Promise.all([get(), get()]))).toBe(1) // one was used in the meantime
      time[clock] += IDLE_MS + 1
      expect(await opened(() => Promise.all([get(), get()]))).toBe(2)
    },
  )

  test('drops all idle connections after one has failed in use', async () => {
    const { get, opened } = open()
    await Promise.all([get(), get(), get()])
    await expect(get('/reset')).rejects.toThrow()
    expect(await opened(() => Promise.all([get(), get()]))).toBe(2)
  })

  test('keeps the connections in use when another is dropped', async () => {
    const { time, get, opened } = open()
    await Promise.all([get(), get()])
    time.monotonic += IDLE_MS + 1
    await get()
    expect(await opened(get)).toBe(0)
  })

  test('opens at most 50 connections', async () => {
    const { get, opened } = open()
    expect(await opened(() => Promise.all(Array.from({ length: 60 }, () => get())))).toBe(50)
  })
})
