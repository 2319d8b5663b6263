import { AsyncLocalStorage } from 'node:async_hooks'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../../lib/dynamodb/index.ts'
import { CoatcheckError } from '../../../lib/errors.ts'
import type { Way } from './player.ts'
import { type Part, ROLES, roleOf } from './roles.ts'

// The way to all of the service that is replayed. It can be bundled with a mistake in it, so there is no other.

export interface Performance {
  readonly value?: unknown
  /** The name of the error; `none` when there was an answer. */
  readonly error: string
}

/** Does what an actor of the model stands for, and tells the scene what its answer promises. */
export async function perform(actor: string, part: Part): Promise<Performance> {
  const { scene, tables, name, clock } = part
  const act = ROLES[roleOf(actor)]
  if (!act) throw new Error(`Who plays ${actor}?`)
  const client = clientOf(part)
  const stores = scene.watched({
    users: dynamodbUserStore({ client, tableName: tables.users }),
    sessions: dynamodbSessionStore({ client, tableName: tables.sessions }),
  })
  try {
    const self = { name, now: clock() }
    return { value: await act({ part, client, stores, self }), error: 'none' }
  } catch (error) {
    if (!(error instanceof CoatcheckError)) scene.violate(`no refusal of ours: ${error}`)
    return { error: (error as Error).constructor.name }
  } finally {
    client.destroy()
  }
}

/** The SDK's own handler, of which its types tell less. */
interface Configurable {
  updateHttpClientConfig(option: 'connectionTimeout', milliseconds: number): void
  handle(...args: unknown[]): Promise<unknown>
}

/**
 * As the service has it, but with patience: its calls are held up, whether the SDK makes them or, past its middleware,
 * the reader of single items does.
 */
function clientOf({ endpoint, during }: Way): DynamoDBClient {
  const client = createClient({ endpoint, timeoutMs: 60_000 })
  const { requestHandler } = client.config as unknown as { requestHandler: Configurable }
  requestHandler.updateHttpClientConfig('connectionTimeout', 5000)
  const ofSdk = new AsyncLocalStorage<true>()
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args) => (ofSdk.getStore() ? handle(...args) : during(() => handle(...args)))
  return Object.assign(client, { send: (...args: unknown[]) => during(() => ofSdk.run(true, () => send(...args))) })
}
