import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** A client that returns these responses in order, and the inputs of its calls. */
export function respondWith(...responses: object[]) {
  const inputs: object[] = []
  const send = async ({ input }: { input: object }) => {
    inputs.push(structuredClone(input))
    const response = responses.shift()
    if (response instanceof Error) throw response
    return { ConsumedCapacity: {}, $metadata: {}, ...response }
  }
  return { client: { send } as unknown as DynamoDBClient, inputs }
}
