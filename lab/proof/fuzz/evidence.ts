import { createHash } from 'node:crypto'
import type { Exchange } from './bench.ts'
import type { Cast, Member } from './cast.ts'
import type { Promised } from './promises.ts'

// What the service must have read before it accepts a session, derived from the datastore's responses alone, without any
// code of the service.

type Wire = Record<string, { S?: unknown; N?: unknown; B?: unknown; L?: { S?: unknown }[] } | undefined>

export const TOKEN = /cct_([\w-]{21})\.([\w-]{21})\.([\w-]{43})/g

/** The items that GetItem calls of a table returned, with the requested keys. */
export function itemsRead(exchanges: readonly Exchange[], table: string): { item: Wire; key: Wire }[] {
  return exchanges.flatMap(({ call, asked, answer }) => {
    if (call.operation !== 'GetItem' || asked.TableName !== table || answer.status >= 300) return []
    const { Item: item } = parsed(answer.body)
    return isWire(item) ? [{ item, key: asked.Key as unknown as Wire }] : []
  })
}

export function parsed(body: Buffer): { Item?: unknown; Items?: unknown } {
  try {
    return JSON.parse(body.toString()) ?? {}
  } catch {
    return {}
  }
}

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The user whose valid session the request presents, by what was read; `undefined` if there is none. */
export function admitted(
  { by, scopes = [], fresh = false }: Promised,
  text: string,
  exchanges: readonly Exchange[],
  { tables }: Cast,
): string | undefined {
  const now = Date.now() / 1000
  const users = itemsRead(exchanges, tables.users).map(({ item }) => item)
  for (const { item } of itemsRead(exchanges, tables.sessions)) {
    const { userId, sessionId, secretHash, expiresAt, endsAt, userEpoch, authenticatedAt } = item
    const isPresented = [...text.matchAll(TOKEN)].some(
      ([, ofUser, id, secret = '']) =>
        ofUser === userId?.S &&
        id === sessionId?.S &&
        createHash('sha256').update(secret).digest('base64') === secretHash?.B,
    )
    // A second for the time that the case took.
    const isLive = Number(expiresAt?.N) > now - 1 && Number(endsAt?.N) > now - 1
    const held = item.scopes?.L?.map(({ S }) => S) ?? []
    if (!isPresented || !isLive || !scopes.every((scope) => held.includes(scope))) continue
    if (fresh && !(now - Number(authenticatedAt?.N) < 901)) continue
    const isBacked = users.some(
      (user) =>
        user.id?.S === userId?.S && user.status?.S === 'active' && Number(user.epoch?.N) <= Number(userEpoch?.N),
    )
    if (by === 'session' || isBacked) return String(userId?.S)
  }
  return undefined
}

/** The member of the cast that this body signs in, by what was read. */
export function signedIn(body: string, exchanges: readonly Exchange[], { tables, members }: Cast): Member | undefined {
  const sent = parsed(Buffer.from(body.replace(/^\ufeff/, ''))) as Record<string, unknown> // RFC 8259 §8.1
  const read = itemsRead(exchanges, tables.users).map(({ item }) => item)
  return Object.values(members).find(
    ({ id, email, password }) =>
      String(sent.email).trim().toLowerCase().normalize('NFC') === email &&
      String(sent.password).normalize('NFC') === password &&
      read.some((user) => user.id?.S === id && user.email?.S === email && user.status?.S === 'active'),
  )
}
