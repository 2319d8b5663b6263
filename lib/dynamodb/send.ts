import {
  type $Command,
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import { isWellFormed } from './well-formed.ts'

export type Item = Record<string, AttributeValue>

/** A conditional write that was refused; `item` is the row as it stands, where the engine tells. */
export class Refused {
  readonly item: Item | undefined
  constructor(item: Item | undefined) {
    this.item = item
  }
}

/**
 * Asked with every call. The SDK takes an empty 200 for "no item" and "deleted": only an answer that says what it
 * consumed has come from DynamoDB.
 */
export const PROOF = { ReturnConsumedCapacity: 'TOTAL' } as const

const NOT_ITS_OWN = 'the datastore gave an answer that is not DynamoDB’s'

interface SendOptions {
  /** Not to be repeated by the SDK: a repeat may be applied, and the first try land long after. */
  readonly once?: boolean
}

type TableCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig
>

/**
 * One datastore call, within the deadline.
 * @throws UnavailableError for whatever goes wrong, be it the network, throttling, rights or an answer that is not
 *   DynamoDB's; a refused condition is not among them but returned.
 */
export async function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: TableCommand<I, O>,
  deadline: Deadline,
  { once = false }: SendOptions = {},
): Promise<O | Refused> {
  try {
    const output = await deadline.run((signal) =>
      once ? sendOnce(client, command, signal) : client.send(command, { abortSignal: signal }),
    )
    if (!isProven(output) || !isWellFormed(output)) throw new UnavailableError(NOT_ITS_OWN)
    return output
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && isWellFormed(error)) return new Refused(error.Item)
    if (error instanceof UnavailableError) throw error
    throw new UnavailableError('the datastore call failed', { cause: error })
  }
}

/** The same for calls that carry no condition. */
export async function ask<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: TableCommand<I, O>,
  deadline: Deadline,
): Promise<O> {
  const output = await send(client, command, deadline)
  if (output instanceof Refused) throw new UnavailableError('a call without a condition was refused')
  return output
}

/**
 * The item, once it is found to be the one of this key.
 * @throws UnavailableError for the item of another: an answer that was meant for somebody else's call.
 */
export function ofKey(item: Item, key: Item): Item {
  for (const [name, value] of Object.entries(key))
    if (item[name]?.S !== value.S) throw new UnavailableError('the datastore answered with the item of another key')
  return item
}

function isProven(output: ServiceOutputTypes): boolean {
  // A batch that did nothing consumes nothing.
  if ('UnprocessedItems' in output && output.UnprocessedItems) return true
  if ('UnprocessedKeys' in output && output.UnprocessedKeys) return true
  return 'ConsumedCapacity' in output && output.ConsumedCapacity !== undefined
}

/** The SDK retries per client, not per call: its retry is cut short by aborting once the first attempt has failed. */
async function sendOnce<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: TableCommand<I, O>,
  signal: AbortSignal,
): Promise<O> {
  const firstAttempt = new AbortController()
  let failure: unknown
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args)
      } catch (error) {
        failure = error
        firstAttempt.abort()
        throw error
      }
    },
    { name: 'coatcheckOnce', step: 'finalizeRequest', priority: 'low' },
  )
  try {
    return await client.send(command, { abortSignal: AbortSignal.any([signal, firstAttempt.signal]) })
  } catch (error) {
    throw failure ?? error
  }
}
