import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import type { Consistency } from '../ports.ts'
import { type DirectCall, goOnFrom, learnFrom } from './direct-call.ts'
import { type ItemAnswer, readItemAnswer } from './item-answer.ts'
import { ask, type Item, ofKey, PROOF } from './send.ts'

/** Reads one item by its key; `undefined` when absent. */
export type ItemReader = (key: Item, deadline: Deadline, consistency?: Consistency) => Promise<Item | undefined>

/**
 * GetItem on one table: the read that every check pays for. The SDK's middleware costs more than all the rest of it, so
 * the first attempt is made without, with the SDK's own connections, credentials and time limits; of the answers only one
 * that is plainly well is read here. Whatever else comes of it the SDK is given, and goes on as if the attempt had been
 * its own (docs/decisions/017).
 * @throws UnavailableError as `send` does, and for the item of another key.
 */
export function itemReader(client: DynamoDBClient, tableName: string): ItemReader {
  let direct: DirectCall<ItemAnswer> | undefined

  async function read(Key: Item, deadline: Deadline, consistency: Consistency): Promise<Item | undefined> {
    const input = { TableName: tableName, Key, ConsistentRead: consistency === 'strong', ...PROOF }
    const call = direct
    const attempt = call && (await deadline.run(() => call(JSON.stringify(input))))
    if (attempt && 'answer' in attempt) return attempt.answer.item
    const command = new GetItemCommand(input)
    if (attempt) goOnFrom(attempt, command)
    else
      learnFrom(client, command, readItemAnswer, (learnt) => {
        direct = learnt
      })
    return (await ask(client, command, deadline)).Item
  }

  return async (key, deadline, consistency = 'strong') => {
    const item = await read(key, deadline, consistency)
    return item && ofKey(item, key)
  }
}
