import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dnsSuffix, plainRegion } from '../../lib/dynamodb/endpoint.ts'
import { readItems, sdkGetItem } from '../../lib/dynamodb/get-item.ts'
import { lazyConnection } from '../../lib/dynamodb/lazy-connection.ts'
import { openClient } from '../../lib/dynamodb/open-client.ts'
import { send } from '../../lib/dynamodb/send.ts'
import { sessionCheckStore } from '../../lib/dynamodb/session-check-store.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { type CallFault, type FakeDynamodb, startFakeDynamodb } from '../support/fake-dynamodb.ts'
import { LAMBDA_ENVIRONMENT } from '../support/lambda-process.ts'
import { marshalled } from '../support/marshalled.ts'
import { NOW, sampleRow } from '../support/samples.ts'

// A connection that loads the SDK on demand must not differ from the SDK, except in what a cold start costs: in the
// outcome of every call, and in the calls on the wire.

beforeEach(() => {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

const LIMITS = { timeoutMs: 1500, connectionTimeoutMs: 1500 }
const row = sampleRow({ lastSeenAt: NOW - 1000 })
const tableName = 't'
const log = () => {}

type Store = ReturnType<typeof sessionCheckStore>

function withSdk({ agents }: FakeDynamodb): Store {
  const client = openClient(DynamoDBClient, LIMITS, agents)
  return sessionCheckStore({
    read: readItems(sdkGetItem(client, GetItemCommand), tableName),
    updateItem: (input, deadline) => send(client, new UpdateItemCommand(input), deadline, { singleAttempt: true }),
    ...{ tableName, log },
  })
}

function onDemand({ agents }: FakeDynamodb): Store {
  const { getItem, updateItem } = lazyConnection({ environment: LAMBDA_ENVIRONMENT, ...LIMITS }, agents)
  return sessionCheckStore({ read: readItems(getItem, tableName), updateItem, tableName, log })
}

type Operation = (store: Store) => Promise<unknown>
const OPERATIONS: Record<string, Operation> = {
  read: (store) => store.get(row.userId, row.id, startDeadline(60)),
  renewal: (store) => store.renew(row, { lastSeenAt: NOW, expiresAt: NOW + 604_800 }, startDeadline(60)),
}

interface Case {
  readonly operation: string
  readonly warm: boolean
  /** Of the n-th attempt at the operation. */
  readonly fault: (nth: number) => CallFault | undefined
  readonly aheadMs?: number
  readonly closed?: boolean
}

/** The outcomes of the operation under fault and of one after it, with the attempts that each took. */
async function play(open: (fake: FakeDynamodb) => Store, { operation, warm, fault, aheadMs = 0, closed }: Case) {
  const fake = await startFakeDynamodb(marshalled(toSessionItem(row)))
  const run = OPERATIONS[operation] as Operation
  const outcomeOf = async () => {
    const before = fake.calls.length
    const result = await run(store).catch((error: Error) => error)
    const attempts = fake.calls.slice(before)
    if (!(result instanceof Error)) return { result, attempts }
    return { failed: result.constructor.name, cause: (result.cause as Error | undefined)?.name, attempts }
  }
  const store = open(fake)
  if (warm) for (let time = 0; time < 2; time++) await run(store)
  const before = fake.calls.length
  fake.fault = ({ nth }) => fault(nth - before)
  fake.aheadMs = aheadMs
  if (closed) await fake.close()
  const outcomes = [await outcomeOf()]
  fake.fault = () => undefined
  outcomes.push(await outcomeOf())
  await fake.close()
  return { outcomes, direct: fake.direct }
}

const PATTERNS: Record<string, (nth: number) => boolean> = {
  'the first attempt': (nth) => nth === 1,
  'the first two': (nth) => nth <= 2,
  all: () => true,
}
const FAULTS: readonly CallFault[] = [
  ...(['throttled', 'failed', 'refused', 'stalled', 'silent', 'empty', 'foreign'] as const),
  ...(['expired', 'forbidden', 'condition'] as const),
]
const SITUATIONS: Record<string, Pick<Case, 'fault' | 'aheadMs' | 'closed'>> = {
  healthy: { fault: () => undefined },
  'a clock ten minutes behind': { fault: () => undefined, aheadMs: 600_000 },
  'a clock ten minutes ahead': { fault: () => undefined, aheadMs: -600_000 },
  'nobody listening': { fault: () => undefined, closed: true },
  ...Object.fromEntries(
    FAULTS.flatMap((fault) =>
      Object.entries(PATTERNS).map(([pattern, isSpoilt]) => [
        `${fault}, ${pattern}`,
        { fault: (nth: number) => (isSpoilt(nth) ? fault : undefined) },
      ]),
    ),
  ),
}

describe.each(Object.keys(OPERATIONS))('a %s on demand ends as with the SDK, with the same calls', (operation) => {
  test.each([false, true])(
    'in every situation, warm: %s',
    async (warm) => {
      const played = await Promise.all(
        Object.entries(SITUATIONS).map(async ([name, situation]) => {
          const [expected, found] = await Promise.all(
            [withSdk, onDemand].map((open) => play(open, { operation, warm, ...situation })),
          )
          return { name, expected, found }
        }),
      )
      for (const { name, expected, found } of played) {
        expect(found?.outcomes, name).toEqual(expected?.outcomes)
        expect(expected?.direct, name).toBe(0)
        expect(found?.direct, name).toBeGreaterThan(name.startsWith('nobody') && !warm ? -1 : 0)
      }
      const healthy = played.find(({ name }) => name === 'healthy')
      expect(healthy?.found?.direct).toBe(warm ? 4 : 2)
      const failing = played.find(({ name }) => name === 'failed, all')
      expect(failing?.found?.outcomes).toMatchObject([
        { failed: 'UnavailableError', attempts: { length: operation === 'read' ? 3 : 1 } },
        {},
      ])
    },
    60_000,
  )
})

describe('calls without the SDK', () => {
  test.each([
    { AWS_ENDPOINT_URL: 'https://example.com' },
    { AWS_ENDPOINT_URL_DYNAMODB: 'https://example.com' },
    { AWS_USE_FIPS_ENDPOINT: 'true' },
    { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    { AWS_PROFILE: 'other' },
    { AWS_CONFIG_FILE: '/tmp/config' },
    { AWS_SHARED_CREDENTIALS_FILE: '/tmp/credentials' },
    { AWS_RETRY_MODE: 'adaptive' },
    { AWS_MAX_ATTEMPTS: '1' },
    { AWS_ACCOUNT_ID: '123456789012' },
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/' },
    { AWS_EXECUTION_ENV: '' },
    { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' },
    { AWS_ACCESS_KEY_ID: '' },
    { AWS_SECRET_ACCESS_KEY: '' },
    { AWS_REGION: '' },
    { AWS_REGION: 'local' },
    { AWS_REGION: 'us-iso-east-1' },
    { AWS_REGION: 'eusc-de-east-1' },
  ])('are not made with %j in the environment', (setting) => {
    expect(plainRegion(LAMBDA_ENVIRONMENT)).toBe('eu-central-1')
    expect(plainRegion({ ...LAMBDA_ENVIRONMENT, ...setting })).toBeUndefined()
  })
})

test('every Region that is called directly has the SDK’s endpoint for it', async () => {
  const { endpointProvider } = new DynamoDBClient({ region: 'us-east-1' }).config
  for (const region of REGIONS) {
    const plain = plainRegion({ ...LAMBDA_ENVIRONMENT, AWS_REGION: region })
    const { url } = endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false })
    if (plain) expect(url.href, region).toBe(`https://dynamodb.${region}.${dnsSuffix(region)}/`)
    else expect(region).toMatch(/^(us-iso|eu-iso|eusc-)/)
  }
})

const REGIONS = `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
  ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1
  ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1
  me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1
  us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 eu-isoe-west-1 us-isof-south-1 eusc-de-east-1`.split(
  /\s+/,
)
