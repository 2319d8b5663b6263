import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Environment } from '../environment.ts'
import { UnavailableError } from '../errors.ts'
import { measureCall } from '../metrics.ts'
import { monotonicMilliseconds } from '../system.ts'
import { connectionAgents } from './connection-agents.ts'
import { resumeWith } from './direct-call.ts'
import { environmentCalls } from './environment-calls.ts'
import { attempt, type GetItem, sdkGetItem } from './get-item.ts'
import { parseGetItemResponse, parseWriteResponse } from './item.ts'
import { openClient } from './open-client.ts'
import { send } from './send.ts'
import type { UpdateItem } from './update-item.ts'

/** The calls of a check, whose first ones need no SDK. */
export interface LazyConnection {
  readonly getItem: GetItem
  /** One attempt. */
  readonly updateItem: UpdateItem
}

/** Options of `lazyConnection`. */
export interface LazyConnectionOptions {
  readonly environment: Environment
  /** The time limit of one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** The URL of another engine than DynamoDB in AWS. */
  readonly endpoint?: string | undefined
  /** The time limit of establishing a connection. Default: as short as one in a Region takes. */
  readonly connectionTimeoutMs?: number
}

/**
 * Connects to DynamoDB without the SDK, whose loading is most of a cold start. In a Lambda function whose environment
 * leaves no question, calls are made directly. The first that does not end as an ordinary success loads the SDK, which
 * resumes from it over the same connections as if it had made the attempt itself, and makes every call from then on
 * (docs/decisions/037).
 */
export function lazyConnection(
  { environment, endpoint, ...limits }: LazyConnectionOptions,
  agents = connectionAgents(),
): LazyConnection {
  const call = endpoint ? undefined : environmentCalls(environment, { ...limits, agent: agents.httpsAgent })
  let loaded: LazyConnection | undefined

  /** Node.js imports a module once, however many calls wait for it. */
  async function load() {
    const sdk = await import('./sdk.ts').catch((cause) => {
      throw new UnavailableError('The AWS SDK cannot be loaded: sdk.mjs is missing beside the function’s code', {
        cause,
      })
    })
    loaded ??= open(sdk)
    return loaded
  }

  function open({ DynamoDBClient, GetItemCommand, UpdateItemCommand }: typeof import('./sdk.ts')): LazyConnection {
    const client = openClient(DynamoDBClient, { ...limits, endpoint }, agents)
    return {
      getItem: sdkGetItem(client, GetItemCommand),
      updateItem(input, deadline, attempted) {
        const command = new UpdateItemCommand(input)
        if (attempted) resumeWith(attempted, command)
        return send(client, command, deadline, { singleAttempt: true })
      },
    }
  }

  return {
    async getItem(input, deadline) {
      if (loaded) return loaded.getItem(input, deadline)
      if (!call || isArn(input)) return (await load()).getItem(input, deadline)
      const body = JSON.stringify(input)
      const result = await attempt(() => call('GetItem', body, parseGetItemResponse), deadline)
      return 'output' in result ? result.output.item : (await load()).getItem(input, deadline, result)
    },

    async updateItem(input, deadline) {
      if (loaded) return loaded.updateItem(input, deadline)
      if (!call || isArn(input)) return (await load()).updateItem(input, deadline)
      const began = monotonicMilliseconds()
      const body = JSON.stringify(input)
      const result = await deadline.run(() => call('UpdateItem', body, parseWriteResponse))
      if (!('output' in result)) return (await load()).updateItem(input, deadline, result)
      measureCall({ milliseconds: monotonicMilliseconds() - began, units: result.output.units, isRead: false })
      return result.output
    },
  }
}

/** The account in a table's ARN may choose another endpoint. */
const isArn = ({ TableName }: Pick<UpdateItemCommandInput, 'TableName'>) => TableName?.startsWith('arn:') ?? true
