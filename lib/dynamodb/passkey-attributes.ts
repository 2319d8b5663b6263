import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../defined.ts'
import type { Passkey, User } from '../user.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'

type Passkeys = Partial<Pick<User, 'passkeys' | 'passkeyCounts' | 'passkeyUsedAt'>>

/** Encodes what a change sets of a user's passkeys. */
export function toPasskeyAttributes({ passkeys, passkeyCounts, passkeyUsedAt }: Passkeys): Item {
  return defined({
    passkeys: passkeys && toMap(passkeys, toPasskey),
    passkeyCounts: passkeyCounts && toMap(passkeyCounts, numberAttribute),
    passkeyUsedAt: passkeyUsedAt && toMap(passkeyUsedAt, numberAttribute),
  })
}

/** Decodes a user's passkeys. */
export function fromPasskeyAttributes(item: Item): Passkeys {
  return defined({
    passkeys: fromMap(item.passkeys, fromPasskey),
    passkeyCounts: fromMap(item.passkeyCounts, parseWholeNumber),
    passkeyUsedAt: fromMap(item.passkeyUsedAt, parseWholeNumber),
  })
}

function toPasskey({
  credentialId,
  publicKey,
  algorithm,
  firstCount,
  name,
  transports,
  createdAt,
  since,
}: Passkey): AttributeValue {
  return {
    M: {
      credentialId: { S: credentialId },
      publicKey: { S: publicKey },
      algorithm: numberAttribute(algorithm),
      firstCount: numberAttribute(firstCount),
      name: { S: name },
      transports: { L: transports.map((transport) => ({ S: transport })) },
      createdAt: numberAttribute(createdAt),
      since: numberAttribute(since),
    },
  }
}

/**
 * A passkey that cannot be read is kept as one that signs nothing: if it counted as absent, the password alone would sign
 * in.
 */
function fromPasskey({ M: entry = {} }: AttributeValue): Passkey {
  const { credentialId, publicKey, algorithm, firstCount, name, transports, createdAt, since } = entry
  return {
    credentialId: credentialId?.S ?? '',
    publicKey: publicKey?.S ?? '',
    algorithm: Number(algorithm?.N ?? 0),
    firstCount: parseWholeNumber(firstCount) ?? 0,
    name: name?.S ?? '',
    transports: (transports?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S])),
    createdAt: parseWholeNumber(createdAt) ?? 0,
    since: parseWholeNumber(since) ?? 0,
  }
}

function toMap<T>(entries: Readonly<Record<string, T>>, encode: (value: T) => AttributeValue): AttributeValue {
  return { M: Object.fromEntries(Object.entries(entries).map(([id, value]) => [id, encode(value)])) }
}

function fromMap<T>(
  value: AttributeValue | undefined,
  decode: (value: AttributeValue) => T | undefined,
): Record<string, T> | undefined {
  if (value?.M === undefined) return undefined
  const entries = Object.entries(value.M).map(([id, entry]) => [id, decode(entry)] as const)
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [string, T] & [string, T] => entry[1] !== undefined),
  )
}
