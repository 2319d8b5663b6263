import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient } from '../../lib/dynamodb/index.ts'
import { itemReader } from '../../lib/dynamodb/item-reader.ts'
import { signatureV4 } from '../../lib/dynamodb/signature.ts'
import { UnavailableError } from '../../lib/errors.ts'

// The requests on the wire when the first attempt at a read bypasses the SDK, and the clients for which it does.

interface Sent {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const KEY = { userId: { S: 'u' }, sessionId: { S: 's' } }
const ANSWER = { status: 200, body: JSON.stringify({ ConsumedCapacity: {}, Item: KEY }) }
const sent: Sent[] = []
let answers: { status: number; body: string }[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    sent.push({ headers: request.headers, body })
    const { status, body: text } = answers.shift() ?? ANSWER
    if (status === 0) request.socket.destroy()
    else response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
  })
})
let endpoint: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  sent.length = 0
  answers = []
})

const open = () => createClient({ endpoint, timeoutMs: 10_000 })
async function reads(client: DynamoDBClient, times: number): Promise<Sent[]> {
  const read = itemReader(client, 'a-table')
  for (let time = 0; time < times; time++) expect(await read(KEY, startDeadline())).toEqual(KEY)
  return sent
}
/** Only the SDK's own requests carry an attempt header. */
const byTheSdk = () => sent.map(({ headers }) => headers['amz-sdk-request'] !== undefined)

describe('the first attempt at a read', () => {
  test('is made by the SDK once, and then directly with the same content to the same endpoint', async () => {
    const [sdk, direct] = await reads(open(), 3)
    expect(byTheSdk()).toEqual([true, false, false])
    expect(JSON.parse(direct?.body ?? '')).toEqual(JSON.parse(sdk?.body ?? ''))
    for (const name of ['host', 'content-type', 'x-amz-target', 'user-agent', 'connection', 'content-length'])
      expect(direct?.headers[name], name).toBe(sdk?.headers[name])
  })

  test('completes without the SDK when the response is an ordinary success', async () => {
    const client = open()
    const read = itemReader(client, 'a-table')
    await read(KEY, startDeadline())
    client.send = (() => Promise.reject(new Error('it was requests'))) as never
    expect(await read(KEY, startDeadline())).toEqual(KEY)
    answers = [{ status: 200, body: '{}' }]
    await expect(read(KEY, startDeadline())).rejects.toThrow(UnavailableError)
  })

  test.each([201, 400, 500])('is handed to the SDK when the status is %i, whatever the body', async (status) => {
    const client = open()
    const read = itemReader(client, 'a-table')
    await read(KEY, startDeadline())
    let requests = 0
    const send = client.send.bind(client)
    client.send = ((...args: Parameters<typeof send>) => {
      requests++
      return send(...args)
    }) as never
    answers = [{ ...ANSWER, status }]
    await read(KEY, startDeadline()).catch(() => {})
    expect(requests).toBe(1)
  })

  test('is retried by the SDK when the connection breaks', async () => {
    const read = itemReader(open(), 'a-table')
    await read(KEY, startDeadline())
    answers = [{ status: 0, body: '' }]
    expect(await read(KEY, startDeadline())).toEqual(KEY)
    expect(sent.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      undefined,
      'attempt=2; max=3',
    ])
  })

  test('requests a strongly or an eventually consistent read', async () => {
    const read = itemReader(open(), 'a-table')
    await read(KEY, startDeadline())
    await read(KEY, startDeadline(), 'strong')
    await read(KEY, startDeadline(), 'eventual')
    expect(sent.map(({ body }) => JSON.parse(body).ConsistentRead)).toEqual([true, true, false])
  })

  test('is signed with the current credentials and the SDK’s corrected clock', async () => {
    const client = open()
    let sessionToken: string | undefined
    client.config.credentials = async () => ({
      accessKeyId: 'A',
      secretAccessKey: `of ${sessionToken}`,
      ...(sessionToken !== undefined && { sessionToken }),
      expiration: new Date(), // makes the SDK request credentials each time
    })
    const read = itemReader(client, 'a-table')
    await read(KEY, startDeadline())
    for (sessionToken of [undefined, 'first', 'second']) await read(KEY, startDeadline())
    client.config.systemClockOffset = 3_600_000
    await read(KEY, startDeadline())

    const direct = sent.slice(1)
    expect(byTheSdk()).toEqual([true, false, false, false, false])
    const tokens = direct.map(({ headers }) => headers['x-amz-security-token'])
    expect(tokens).toEqual([undefined, 'first', 'second', 'second'])
    for (const { headers, body } of direct) {
      const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
      const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]))
      const credentials = { accessKeyId: 'A', secretAccessKey: `of ${headers['x-amz-security-token']}` }
      const sign = signatureV4('local', 'dynamodb')
      expect(headers.authorization).toBe(sign({ method: 'POST', path: '/', headers: signed, body }, credentials))
    }
    const hours = direct.map(({ headers }) => Number(String(headers['x-amz-date']).slice(9, 11)))
    expect(hours[3]).toBe(((hours[2] ?? 0) + 1) % 24)
  })

  test('returns capacity to the SDK’s retry budget on success', async () => {
    const client = open()
    const strategy = (await client.config.retryStrategy()) as unknown as { getCapacity(): number }
    const read = itemReader(client, 'a-table')
    await read(KEY, startDeadline())
    const full = strategy.getCapacity()
    answers = Array.from({ length: 3 }, () => ({ status: 500, body: '{}' }))
    await expect(read(KEY, startDeadline())).rejects.toThrow(UnavailableError)
    const less = strategy.getCapacity()
    expect(less).toBeLessThan(full)
    await read(KEY, startDeadline())
    await read(KEY, startDeadline())
    expect(strategy.getCapacity()).toBe(less + 2)
  })

  test('counts as the SDK’s first attempt when the SDK retries it', async () => {
    const read = itemReader(open(), 'a-table')
    await read(KEY, startDeadline())
    answers = [{ status: 500, body: '{}' }]
    expect(await read(KEY, startDeadline())).toEqual(KEY)
    expect(sent.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      undefined,
      'attempt=2; max=3',
    ])
    expect(await read(KEY, startDeadline())).toEqual(KEY)
    expect(byTheSdk()).toEqual([true, false, true, false])
  })

  test('fails as unavailable when the item has another key', async () => {
    const read = itemReader(open(), 'a-table')
    await read(KEY, startDeadline())
    answers = [{ status: 200, body: JSON.stringify({ ConsumedCapacity: {}, Item: { ...KEY, userId: { S: 'x' } } }) }]
    await expect(read(KEY, startDeadline())).rejects.toThrow('another key')
  })

  test('is parsed by the SDK when an attribute has a type that Coatcheck does not write', async () => {
    const read = itemReader(open(), 'a-table')
    await read(KEY, startDeadline())
    answers = [{ status: 200, body: JSON.stringify({ ConsumedCapacity: {}, Item: { ...KEY, more: { NULL: true } } }) }]
    expect(await read(KEY, startDeadline())).toEqual({ ...KEY, more: { NULL: true } })
    expect(sent.length).toBe(2)
  })
})

describe('every attempt is made by the SDK', () => {
  test('for a client that createClient did not make', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    await reads(new DynamoDBClient({ endpoint, region: 'local', credentials }), 2)
    expect(byTheSdk()).toEqual([true, true])
  })

  test('for a client to which middleware was added', async () => {
    const client = open()
    let seen = 0
    client.middlewareStack.add(
      (next) => (args) => {
        seen++
        return next(args)
      },
      { name: 'tracing', step: 'build' },
    )
    await reads(client, 2)
    expect(byTheSdk()).toEqual([true, true])
    expect(seen).toBe(2)
  })

  test('for a stub that only has send()', async () => {
    const client = open()
    await reads({ send: (...args: Parameters<typeof client.send>) => client.send(...args) } as never, 2)
    expect(byTheSdk()).toEqual([true, true])
  })

  test('when the SDK’s signature differs from ours', async () => {
    const client = open()
    const signer = await client.config.signer()
    const sign = signer.sign.bind(signer)
    client.config.signer = async () =>
      ({
        sign: async (...args: Parameters<typeof sign>) => {
          const request = (await sign(...args)) as unknown as { headers: Record<string, string> }
          request.headers.authorization = `${request.headers.authorization}0`
          return request
        },
      }) as never
    await reads(client, 2)
    expect(byTheSdk()).toEqual([true, true])
  })

  test.each([
    'Bearer abc',
    'AWS4-ECDSA-P256-SHA256 Credential=a/20260101/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  ])('for another authorization scheme: %s', async (authorization) => {
    const client = open()
    client.config.signer = async () =>
      ({
        sign: async (request: { headers: object }) => ({ ...request, headers: { ...request.headers, authorization } }),
      }) as never
    await reads(client, 2)
    expect(byTheSdk()).toEqual([true, true])
  })
})
