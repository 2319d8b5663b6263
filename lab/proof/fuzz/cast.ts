import { type AttributeValue, BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient } from '../../../lib/dynamodb/index.ts'
import type { Item } from '../../../lib/dynamodb/item.ts'
import { toSessionItem } from '../../../lib/dynamodb/session-item.ts'
import { emailPointerKey, toUserItem } from '../../../lib/dynamodb/user-item.ts'
import { BY_PASSWORD } from '../../../lib/factor.ts'
import { bcryptHasher } from '../../../lib/passwords/password-hasher.ts'
import type { Scope } from '../../../lib/scope.ts'
import { Secret } from '../../../lib/secret.ts'
import type { SessionRow } from '../../../lib/session.ts'
import { formatToken, hashSecret, mintToken } from '../../../lib/sessions/session-token.ts'
import { ID_LENGTH, systemClock } from '../../../lib/system.ts'
import { type Email, isUserId, type User } from '../../../lib/user.ts'
import { drawn } from '../faults/faults.ts'
import { makeCodeSignIn } from './code-sign-in.ts'
import { makeDot } from './dot.ts'

// The users and sessions in the tables during the fuzz: the same ids and tokens for the same seed.

export const PEPPER = 'the pepper of the fuzz, planted and never to be seen'
export interface TableNames {
  readonly sessions: string
  readonly users: string
  readonly attempts: string
  readonly activity: string
  readonly outbox: string
}

export interface Member extends User {
  readonly password: string
  readonly passwordHash: string
}

const TOKENS = ['ada', 'ben', 'dot', 'due', 'old', 'expired', 'ended', 'doomed', 'disabled', 'wrong'] as const
export type TokenName = (typeof TOKENS)[number]

export type Cast = Awaited<ReturnType<typeof makeCast>>

const ADMIN = ['admin:read', 'admin:write', 'admin:revoke', 'sessions:introspect']

/** Ada is an administrator, Ben has no scopes, Cyd is disabled, Dot has second factors and mailed links. Their sessions are valid, due for renewal, old or ended. */
export async function makeCast(seed: number, tables: TableNames) {
  let turn = 0
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
  const randomText = (length: number) =>
    Array.from({ length }, () => letters[Math.floor(drawn(seed, 0, turn++) * letters.length)]).join('')
  const now = systemClock()
  const hasher = bcryptHasher({ cost: 4, pepper: new Secret(PEPPER) })

  async function member(name: string, scopes: string[], status: User['status']): Promise<Member> {
    const id = randomText(ID_LENGTH)
    if (!isUserId(id)) throw new Error('unreachable')
    const password = `planted ${name} ${randomText(12)}`
    return {
      id,
      email: `${name}-${randomText(6).toLowerCase()}@example.com` as Email,
      emailVerified: false,
      password,
      passwordHash: await hasher.hash(new Secret(password)),
      scopes: scopes as Scope[],
      status,
      epoch: 1,
      changeId: randomText(ID_LENGTH),
      sweepPending: false,
      createdAt: now,
    }
  }
  const members = {
    ada: await member('ada', ADMIN, 'active'),
    ben: await member('ben', [], 'active'),
    cyd: await member('cyd', [], 'disabled'),
    dot: await member('dot', [], 'active'),
  }
  const dot = makeDot(members.dot, randomText)
  const codeSignIn = await makeCodeSignIn(members.ben, PEPPER, randomText)

  const rows: SessionRow[] = []
  function session(user: User, changes: Partial<SessionRow> = {}, isThere = true): string {
    const token = mintToken(user.id, randomText)
    const row: SessionRow = {
      id: token.sessionId,
      userId: user.id,
      secretHash: hashSecret(token.secret),
      scopes: ['account' as Scope, ...user.scopes],
      ip: '192.0.2.1',
      userAgent: 'fuzz',
      createdAt: now,
      authenticatedAt: now,
      lastSeenAt: now,
      expiresAt: now + 604_800,
      endsAt: now + 2_592_000,
      ...BY_PASSWORD,
      userEpoch: 1,
      ...changes,
    }
    if (isThere) rows.push(row)
    return formatToken(token).reveal()
  }
  const ben = session(members.ben)
  const tokens: Record<TokenName, string> = {
    ada: session(members.ada),
    ben,
    dot: session(members.dot, { factors: ['password', 'totp'], assurance: 2 }),
    due: session(members.ben, { lastSeenAt: now - 10_000 }),
    old: session(members.ada, { authenticatedAt: now - 100_000, createdAt: now - 100_000, label: 'old' }),
    expired: session(members.ben, { expiresAt: now - 5 }),
    ended: session(members.ben, {}, false),
    doomed: session(members.ben, { userEpoch: 0 }),
    disabled: session(members.cyd),
    wrong: `${ben.slice(0, -43)}${randomText(43)}`,
  }

  const people = Object.values(members)
  const items: readonly (readonly [table: string, item: Item])[] = [
    ...rows.map((row) => [tables.sessions, toSessionItem(row)] as const),
    ...people.map((each) => [tables.users, toUserItem(each === members.dot ? dot.user : each)] as const),
    ...[...dot.items, codeSignIn.item].map((item) => [tables.attempts, item] as const),
    [tables.outbox, dot.invitation] as const,
    ...people.map((each) => [tables.users, { ...emailPointerKey(each.email), userId: { S: each.id } }] as const),
  ]
  const kept = new Map(items.map(([table, item]) => [keyText(table, item), item]))

  return {
    tables,
    members,
    tokens,
    dot,
    codeSignIn,
    /** Texts in a request that stand for a member as well as the id or the email. */
    handles: new Map([
      [members.dot.id, [dot.tokens.challenge, dot.credentialId]],
      [members.ben.id, [codeSignIn.secret]],
    ]),
    items,
    /** Credentials that no log line may hold, in any encoding. */
    secrets: [...people.flatMap(({ password, passwordHash }) => [password, passwordHash]), PEPPER].concat(
      dot.secrets,
      codeSignIn.secret,
      Object.values(tokens).map((token) => token.slice(-43)),
      rows.map(({ secretHash }) => Buffer.from(secretHash).toString('base64')),
    ),

    async write(client: DynamoDBClient): Promise<void> {
      for (const [TableName, each] of items) await client.send(new PutItemCommand({ TableName, Item: each }))
    },

    /** Restores the items of these keys. */
    async undo(client: DynamoDBClient, written: ReadonlyMap<string, readonly [table: string, key: Item]>) {
      const changes = [...written].map(([text, [table, key]]) => {
        const was = kept.get(text)
        return [table, was ? { PutRequest: { Item: was } } : { DeleteRequest: { Key: key } }] as const
      })
      for (let start = 0; start < changes.length; start += 25) {
        const part = changes.slice(start, start + 25)
        const RequestItems = Object.fromEntries(
          Object.values(tables).flatMap((table) => {
            const own = part.filter(([name]) => name === table).map(([, change]) => change)
            return own.length > 0 ? [[table, own]] : []
          }),
        )
        await client.send(new BatchWriteItemCommand({ RequestItems }))
      }
    },
  }
}

const KEYS = ['userId', 'sessionId', 'pk', 'key']

/** The key attributes of an item or a key. */
export function keyOf(item: Record<string, AttributeValue>): Item {
  const { subject, id } = item
  if (subject && id) return { subject, id } // of activity
  if (id && item.pk === undefined) return { id } // of the outbox
  const isUser = item.pk !== undefined || item.key !== undefined
  const names = KEYS.filter((name) => item[name] !== undefined && !(isUser && name.endsWith('Id')))
  return Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue]))
}

export const keyText = (table: string, item: Item): string => `${table} ${JSON.stringify(keyOf(item))}`
