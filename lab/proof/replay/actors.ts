import { AsyncLocalStorage } from 'node:async_hooks'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../../lib/dynamodb/index.ts'
import { CoatcheckError } from '../../../lib/errors.ts'
import type { Way } from './player.ts'
import { type Part, ROLES, roleOf } from './roles.ts'

// The only entry to the service's code in the replay, so that it can be bundled with a mutation.

export interface Performance {
  readonly value?: unknown
  /** The name of the error; `none` after a success. */
  readonly error: string
}

/** Performs the operation of a model's actor, and tells the scene what its response promises. */
export async function perform(actor: string, part: Part): Promise<Performance> {
  const { scene, tables, name, clock } = part
  const act = ROLES[roleOf(actor)]
  if (!act) throw new Error(`The replay has no role for the actor "${actor}" of the model.`)
  const client = clientOf(part)
  const stores = scene.watched({
    users: dynamodbUserStore({ client, tableName: tables.users }),
    sessions: dynamodbSessionStore({ client, tableName: tables.sessions }),
  })
  try {
    const self = { name, now: clock() }
    return { value: await act({ part, client, stores, self }), error: 'none' }
  } catch (error) {
    if (!(error instanceof CoatcheckError)) scene.violate(`an error other than Coatcheck’s: ${error}`)
    return { error: (error as Error).constructor.name }
  } finally {
    client.destroy()
  }
}

/** The SDK's request handler; its types omit these methods. */
interface Configurable {
  updateHttpClientConfig(option: 'connectionTimeout', milliseconds: number): void
  handle(...args: unknown[]): Promise<unknown>
}

/**
 * The client of the service with long timeouts, since its calls are held: those of the SDK, and those that the reader of
 * single items makes without the SDK's middleware.
 */
function clientOf({ endpoint, during }: Way): DynamoDBClient {
  const client = createClient({ endpoint, timeoutMs: 60_000 })
  const { requestHandler } = client.config as unknown as { requestHandler: Configurable }
  requestHandler.updateHttpClientConfig('connectionTimeout', 5000)
  const inSdk = new AsyncLocalStorage<true>()
  const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (...args) => (inSdk.getStore() ? handle(...args) : during(() => handle(...args)))
  return Object.assign(client, { send: (...args: unknown[]) => during(() => inSdk.run(true, () => send(...args))) })
}
