import { readFile } from 'node:fs/promises'
import type { UserSettings } from './types.ts'

const KEYS = new Set(['email', 'password', 'name', 'scopes', 'emailVerified'])

/**
 * Reads the users of a seed file: `{ "users": { "ann@example.com": { "password": "…", "scopes": ["notes:read"] } } }`.
 * @throws Error in one sentence if the file cannot be read or has another shape
 */
export async function readSeed(file: string): Promise<Record<string, UserSettings>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`Cannot read the seed file (${error.message}).`)
  })
  const fail = (reason: string) =>
    new Error(
      `${file}: ${reason} It looks like {"users":{"ann@example.com":{"password":"…","scopes":["notes:read"]}}}.`,
    )
  let seed: unknown
  try {
    seed = JSON.parse(text)
  } catch (error) {
    throw fail(`the file is not JSON (${(error as Error).message}).`)
  }
  const users = isObject(seed) ? seed.users : undefined
  if (!isObject(users)) throw fail('the object `users` is missing.')
  for (const [name, user] of Object.entries(users)) {
    if (!isObject(user)) throw fail(`the user ${name} is not an object.`)
    const unknown = Object.keys(user).filter((key) => !KEYS.has(key))
    if (unknown.length > 0)
      throw fail(`unknown key ${unknown.join(', ')} of ${name}; accepted are ${[...KEYS].join(', ')}.`)
  }
  return users as Record<string, UserSettings>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
