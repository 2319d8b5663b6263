import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { systemRandomText } from '../lib/system.ts'
import { protectDataFolder } from './data-folder.ts'

const KEY_LENGTH = 64

/**
 * Reads the pepper of the data folder; the first start generates it. Without it, the tables alone do not allow guessing
 * passwords.
 * @throws Error if it is missing but users exist: no password can be verified with another pepper
 */
export async function readOrCreatePepper(folder: string, client: DynamoDBClient, usersTable: string): Promise<string> {
  const file = join(folder, 'pepper')
  const kept = await readKey(folder, 'pepper')
  if (kept !== undefined) return kept
  const { Count } = await client.send(new ScanCommand({ TableName: usersTable, Limit: 1, Select: 'COUNT' }))
  if (Count)
    throw new Error(
      `The table ${usersTable} has users, but the pepper in ${file} is missing: restore it, set PASSWORD_PEPPER to the pepper of their passwords, or delete the table to start over.`,
    )
  return createKey(file)
}

/** Reads the factor key of the data folder; the first start generates it. Without it, no authenticator app verifies. */
export async function readOrCreateFactorKey(folder: string): Promise<string> {
  return (await readKey(folder, 'factor-key')) ?? createKey(join(folder, 'factor-key'))
}

/** The place of the key that signs tokens, as `TOKEN_KEYS` has it; the first start with it generates the key. */
export async function readOrCreateTokenKey(folder: string): Promise<string> {
  const file = resolve(folder, 'token-key.pem')
  await protectDataFolder(folder)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(file, pem, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return `ES256:${pathToFileURL(file).href}`
}

/** @throws Error if the file cannot be read, or is not whole */
async function readKey(folder: string, name: string): Promise<string | undefined> {
  await protectDataFolder(folder)
  const file = join(folder, name)
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Error(`Cannot read the ${name} in ${file} (${error.message}).`)
    return undefined
  })
  if (kept === undefined || kept.trim().length >= KEY_LENGTH) return kept?.trim()
  throw new Error(`The ${name} in ${file} is incomplete: restore it, or delete ${folder} to start over.`)
}

async function createKey(file: string): Promise<string> {
  const key = systemRandomText(KEY_LENGTH)
  await writeFile(file, key, { flag: 'wx', mode: 0o600 })
  return key
}
