import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFront } from '../../local/front.ts'
import { echoOf, gateway, startGateway } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

describe('startFront', () => {
  const start = async (options: { port?: number; services?: number } = {}) => {
    const services = await Promise.all(Array.from({ length: options.services ?? 1 }, gateway))
    return startFront({ services, environment: {}, port: options.port ?? 0, log: () => {} })
  }

  test('listens on both addresses of localhost', async () => {
    for (const host of ['127.0.0.1', '[::1]'])
      expect((await fetch(`http://${host}:${front.port}/literal`)).status).toBe(200)
    expect(front.url).toBe(`http://localhost:${front.port}`)
    const { event } = JSON.parse(await (await fetch(`http://[::1]:${front.port}/literal`)).text())
    expect(event.requestContext.http.sourceIp).toBe('::1')
  })

  test('lets requests wait until it is ready', async () => {
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const early = await startFront({ services: [await gateway()], environment: {}, port: 0, ready, log: () => {} })
    const order: string[] = []
    const answered = fetch(`http://127.0.0.1:${early.port}/literal`).then(({ status }) => order.push(`${status}`))
    await fetch(`http://127.0.0.1:${front.port}/literal`) // as long as an answer takes
    order.push('ready')
    resolve()
    await answered
    expect(order).toEqual(['ready', '200'])
    await early.close()
  })

  test('listens on the given host', async () => {
    const everywhere = await startFront({
      services: [await gateway()],
      environment: {},
      port: 0,
      host: '::',
      log: () => {},
    })
    expect(everywhere.url).toBe(`http://[::]:${everywhere.port}`)
    const { event } = await echoOf(everywhere.port, 'GET /literal')
    expect(event.requestContext.http.sourceIp).toBe('127.0.0.1')
    await everywhere.close()
  })

  test.each(['127.0.0.1', '::1'])('names a port that is in use on %s', async (host) => {
    const other = createServer().listen(0, host)
    await new Promise((listening) => other.once('listening', listening))
    const { port } = other.address() as AddressInfo
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} is in use; set PORT to another, for example PORT=${port + 1}.`,
    )
    await new Promise((closed) => other.close(closed))
  })

  test('rejects two services with the same route', async () => {
    await expect(start({ services: 2 })).rejects.toThrow('Route $default is declared twice.')
  })

  test('serves several services on one API and answers 404 for an unknown route', async () => {
    const service = await gateway()
    const only = (name: string, as: string) => ({
      ...service,
      name: as,
      functions: service.functions.filter((definition) => definition.name === name),
    })
    const services = [only('environment-a', 'first'), only('environment-b', 'second')]
    const shared = await startFront({ services, environment: {}, port: 0, log: () => {} })
    expect(shared.routes).toEqual(['GET /environment/a', 'GET /environment/b'])
    for (const path of shared.routes) expect((await fetch(shared.url + path.slice(4))).status).toBe(200)
    const unknown = await fetch(`${shared.url}/literal`)
    expect([unknown.status, await unknown.text()]).toEqual([404, '{"message":"Not Found"}'])
    await shared.close()
  })
})
