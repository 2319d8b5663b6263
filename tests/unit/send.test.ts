import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { numberAttribute, parseScopes, parseWholeNumber } from '../../lib/dynamodb/attribute.ts'
import { createClient } from '../../lib/dynamodb/client.ts'
import { assertKey } from '../../lib/dynamodb/item.ts'
import { ConditionFailed, send, sendUnconditional } from '../../lib/dynamodb/send.ts'
import { UnavailableError } from '../../lib/errors.ts'

const command = () => new GetItemCommand({ TableName: 'a', Key: {} })
const answering = (answer: () => unknown) => ({ send: async () => answer() }) as unknown as DynamoDBClient
const sent = (answer: object) =>
  send(
    answering(() => answer),
    command(),
    startDeadline(),
  )
const failing = (error: unknown) =>
  answering(() => {
    throw error
  })
const conditionFailed = () =>
  new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item: { a: { S: '1' } } })

describe('a DynamoDB response', () => {
  const capacity = { ConsumedCapacity: { CapacityUnits: 1 } }
  test.each([capacity, { UnprocessedItems: {} }, { UnprocessedKeys: {} }])('with %j is accepted', async (answer) => {
    expect(await sent(answer)).toBe(answer)
  })

  test.each([
    {},
    { Item: {} },
    { ConsumedCapacity: undefined },
    { UnprocessedItems: undefined },
    { UnprocessedKeys: undefined },
  ])('with %j is refused as unavailable', async (answer) => {
    await expect(sent(answer)).rejects.toThrow(UnavailableError)
  })

  test('with an item of another key is refused as unavailable', () => {
    const item = { id: { S: 'a' }, of: { S: 'b' }, c: { N: '1' } }
    expect(assertKey(item, { id: { S: 'a' }, of: { S: 'b' } })).toBe(item)
    for (const key of [{ id: { S: 'x' } }, { id: { S: 'a' }, of: { S: 'x' } }, { other: { S: 'a' } }])
      expect(() => assertKey(item, key)).toThrow(UnavailableError)
  })
})

test('a call is aborted as soon as the deadline is reached', async () => {
  let receivedSignal: AbortSignal | undefined
  const never = (_: object, { abortSignal }: { abortSignal: AbortSignal }) => {
    receivedSignal = abortSignal
    return new Promise(() => {})
  }
  await expect(send({ send: never } as unknown as DynamoDBClient, command(), startDeadline(0.01))).rejects.toThrow(
    UnavailableError,
  )
  expect(receivedSignal?.aborted).toBe(true)
})

describe('a failed call', () => {
  test('with a failed condition returns ConditionFailed with the stored item', async () => {
    const answer = await send(failing(conditionFailed()), command(), startDeadline())
    expect(answer).toBeInstanceOf(ConditionFailed)
    expect((answer as ConditionFailed).item).toEqual({ a: { S: '1' } })
  })

  test('with a failed condition throws UnavailableError if the call had none', async () => {
    await expect(sendUnconditional(failing(conditionFailed()), command(), startDeadline())).rejects.toThrow(
      UnavailableError,
    )
  })

  test('with any other error throws UnavailableError with the cause', async () => {
    const error = await send(failing(new TypeError('x')), command(), startDeadline()).catch((caught) => caught)
    expect(error).toBeInstanceOf(UnavailableError)
    expect(error.cause).toBeInstanceOf(TypeError)
    const own = new UnavailableError('the time is used up')
    expect(await send(failing(own), command(), startDeadline()).catch((caught) => caught)).toBe(own)
  })
})

describe('createClient', () => {
  const configured = async (endpoint?: string) => {
    const { config } = createClient({ timeoutMs: 700, endpoint })
    const { connectionTimeout, requestTimeout, socketTimeout, throwOnRequestTimeout } = (await (
      config.requestHandler as unknown as { configProvider: Promise<Record<string, unknown>> }
    ).configProvider) as Record<string, unknown>
    return { config, times: { connectionTimeout, requestTimeout, socketTimeout, throwOnRequestTimeout } }
  }

  test('makes three attempts, each with a time limit', async () => {
    const { config, times } = await configured('http://localhost:8000')
    expect(await config.maxAttempts()).toBe(3)
    expect(times).toEqual({
      connectionTimeout: 300,
      requestTimeout: 700,
      socketTimeout: 700,
      throwOnRequestTimeout: true,
    })
  })

  test('uses fixed credentials for a local engine and the default provider for AWS', async () => {
    const { config } = await configured('http://localhost:8000')
    expect(await config.region()).toBe('local')
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'local', secretAccessKey: 'local' })
    process.env.AWS_REGION = 'eu-central-1'
    for (const endpoint of ['https://dynamodb.eu-central-1.amazonaws.com', undefined]) {
      const aws = await configured(endpoint)
      expect(await aws.config.region()).toBe('eu-central-1')
    }
    delete process.env.AWS_REGION
  })
})

describe('an attribute', () => {
  test.each([
    ['0', 0],
    ['99999999999', 99_999_999_999],
    ['100000000000', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('with the number %j is parsed as the whole number %j', (text, value) => {
    expect(parseWholeNumber({ N: text })).toBe(value)
  })

  test('other than a number is not parsed as a whole number', () => {
    expect([
      parseWholeNumber(undefined),
      parseWholeNumber({ S: '1' }),
      parseWholeNumber({ N: undefined } as never),
    ]).toEqual([undefined, undefined, undefined])
    expect(numberAttribute(12)).toEqual({ N: '12' })
  })

  test('is parsed as scopes only if every entry is a scope', () => {
    expect(parseScopes({ L: [{ S: 'a' }, { S: 'b:c' }] })).toEqual(['a', 'b:c'])
    expect(parseScopes({ L: [] })).toEqual([])
    for (const value of [undefined, { S: 'a' }, { L: [{ S: 'a' }, { N: '1' }] }, { L: [{ S: 'a b' }] }])
      expect(parseScopes(value as never)).toBeUndefined()
  })
})
