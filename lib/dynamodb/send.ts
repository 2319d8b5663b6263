import type {
  $Command,
  ConditionalCheckFailedException,
  ConsumedCapacity,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import { countMetric, measureCall } from '../metrics.ts'
import { monotonicMilliseconds } from '../system.ts'
import { hasWellFormedItems, type Item } from './item.ts'

/** The condition of a write did not hold; `item` is the stored item, if the engine returns it. */
export class ConditionFailed {
  readonly item: Item | undefined
  /** How often the call was sent; an earlier attempt without a response may have had its effect. */
  readonly attempts: number
  constructor(item: Item | undefined, attempts = 1) {
    this.item = item
    this.attempts = attempts
  }
}

/**
 * Sent with every call. The SDK reads an empty 200 response as "no item" or "deleted"; a response that reports consumed
 * capacity has come from DynamoDB.
 */
export const RETURN_CONSUMED_CAPACITY = { ReturnConsumedCapacity: 'TOTAL' } as const

const FOREIGN_RESPONSE = 'The response is not DynamoDB’s: it reports no consumed capacity, or an item is malformed'

interface SendOptions {
  /** The SDK must not retry: a retry could be applied, and the first attempt take effect long after it. */
  readonly singleAttempt?: boolean
}

type TableCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig
>

/**
 * Sends one command within the deadline. A failed condition is returned, not thrown.
 * @throws UnavailableError for every failure: network, throttling, missing rights, or a response that is not DynamoDB's.
 */
export async function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: TableCommand<I, O>,
  deadline: Deadline,
  { singleAttempt = false }: SendOptions = {},
): Promise<O | ConditionFailed> {
  const began = monotonicMilliseconds()
  const measure = (output: ServiceOutputTypes | ConditionalCheckFailedException) =>
    measureCall({
      milliseconds: monotonicMilliseconds() - began,
      isRead: 'ConsistentRead' in command.input || 'Responses' in output,
      units: unitsOf(output),
      attempts: output.$metadata?.attempts,
    })
  try {
    const output = await deadline.run((signal) =>
      singleAttempt ? sendSingleAttempt(client, command, signal) : client.send(command, { abortSignal: signal }),
    )
    if (!reportsConsumedCapacity(output) || !hasWellFormedItems(output)) throw new UnavailableError(FOREIGN_RESPONSE)
    measure(output)
    return output
  } catch (error) {
    if (isFailedCondition(error) && hasWellFormedItems(error)) {
      measure(error)
      return new ConditionFailed(error.Item, error.$metadata.attempts)
    }
    countMetric('datastore_errors')
    if (error instanceof UnavailableError) throw error
    throw new UnavailableError('The DynamoDB call failed', { cause: error })
  }
}

/** By its name, since its class would load the SDK. */
const isFailedCondition = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

/** Sends a command that carries no condition. @throws UnavailableError as `send` does. */
export async function sendUnconditional<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: TableCommand<I, O>,
  deadline: Deadline,
): Promise<O> {
  const output = await send(client, command, deadline)
  if (output instanceof ConditionFailed)
    throw new UnavailableError('DynamoDB reported a failed condition for a call without a condition')
  return output
}

function reportsConsumedCapacity(output: ServiceOutputTypes): boolean {
  // A batch of which DynamoDB processed nothing consumes nothing.
  if ('UnprocessedItems' in output && output.UnprocessedItems) return true
  if ('UnprocessedKeys' in output && output.UnprocessedKeys) return true
  return 'ConsumedCapacity' in output && output.ConsumedCapacity !== undefined
}

/** The capacity units of a call; 0 for a failed condition, which DynamoDB does not report. */
function unitsOf(output: object): number {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }
  return [ConsumedCapacity ?? []].flat().reduce((sum, each) => sum + (Number(each?.CapacityUnits) || 0), 0)
}

/** The SDK configures retries per client, not per call, so a retry is prevented by an abort after the first failure. */
async function sendSingleAttempt<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
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
    // Stryker disable next-line StringLiteral: any other name works, and the middleware added last runs last
    { name: 'coatcheckSingleAttempt', step: 'finalizeRequest', priority: 'low' },
  )
  try {
    return await client.send(command, { abortSignal: AbortSignal.any([signal, firstAttempt.signal]) })
  } catch (error) {
    throw failure ?? error
  }
}
