import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** A client with these answers, one after the other, and what it is asked: for answers that an engine gives by chance. */
export function answering(...answers: object[]) {
  const asked: object[] = []
  const send = async ({ input }: { input: object }) => {
    asked.push(structuredClone(input))
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return { ConsumedCapacity: {}, $metadata: {}, ...answer }
  }
  return { client: { send } as unknown as DynamoDBClient, asked }
}
