import { randomUUID } from 'node:crypto'
import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { createClient } from 'coatcheck/dynamodb'

export interface Note {
  readonly id: string
  readonly text: string
  readonly createdAt: string
}

const client = createClient({ timeoutMs: 800, endpoint: process.env.DYNAMODB_ENDPOINT })
const TableName = process.env.NOTES_TABLE

/** Lists up to a hundred notes, from the user's own partition of the table. */
export async function listNotes(userId: string): Promise<Note[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'userId = :userId',
      ExpressionAttributeValues: { ':userId': { S: userId } },
      Limit: 100,
    }),
  )
  return Items.map(({ noteId, text, createdAt }) => ({
    id: noteId?.S ?? '',
    text: text?.S ?? '',
    createdAt: createdAt?.S ?? '',
  }))
}

export async function createNote(userId: string, text: string): Promise<Note> {
  const note = { id: randomUUID(), text, createdAt: new Date().toISOString() }
  const Item = { userId: { S: userId }, noteId: { S: note.id }, text: { S: text }, createdAt: { S: note.createdAt } }
  await client.send(new PutItemCommand({ TableName, Item }))
  return note
}

/** @returns false if the user has no note with this id */
export async function deleteNote(userId: string, id: string): Promise<boolean> {
  const Key = { userId: { S: userId }, noteId: { S: id } }
  const { Attributes } = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
  return Attributes !== undefined
}
