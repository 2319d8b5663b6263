import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { systemRandomText } from '../lib/system.ts'

const LENGTH = 64

/**
 * The pepper of this machine's data folder, made on the first start: whoever has only the tables cannot guess at them.
 * @throws Error in one sentence when it is gone and there are users: with another pepper none of their passwords is right.
 */
export async function localPepper(folder: string, client: DynamoDBClient, usersTable: string): Promise<string> {
  const file = join(folder, 'pepper')
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Error(`The pepper in ${file} cannot be read (${error.message}).`)
    return undefined
  })
  if (kept !== undefined) {
    if (kept.trim().length >= LENGTH) return kept.trim()
    throw new Error(`The pepper in ${file} is cut short: put it back, or begin anew without ${folder}.`)
  }
  const { Count } = await client.send(new ScanCommand({ TableName: usersTable, Limit: 1, Select: 'COUNT' }))
  if (Count)
    throw new Error(
      `There are users in ${usersTable} but no pepper in ${file}: put it back, set PASSWORD_PEPPER to the one they were made with, or begin anew without the table.`,
    )
  const pepper = systemRandomText(LENGTH)
  await mkdir(folder, { recursive: true })
  await writeFile(file, pepper, { flag: 'wx', mode: 0o600 })
  return pepper
}
