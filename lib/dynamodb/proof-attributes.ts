import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../defined.ts'
import { BY_PASSWORD, FACTORS, type Factor, type Proof } from '../factor.ts'
import type { ProviderSession } from '../provider-session.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'

const isFactor = (text: string | undefined): text is Factor => FACTORS.some((factor) => factor === text)

/** Encodes how a session was made; nothing for the password alone, so that such a row is as small as before. */
export function toProofAttributes({ factors, assurance, provider }: Proof): Item {
  if (assurance === 1 && factors.length === 1 && factors[0] === 'password' && !provider) return {}
  return {
    factors: { L: factors.map((factor) => ({ S: factor })) },
    assurance: numberAttribute(assurance),
    ...(provider && { provider: toProvider(provider) }),
  }
}

/** Decodes how a session was made. A factor of a later release is left out; what is malformed proves the least. */
export function fromProofAttributes(item: Item): Proof {
  if (item.factors === undefined) return BY_PASSWORD
  const factors = (item.factors.L ?? []).flatMap(({ S }) => (isFactor(S) ? [S] : []))
  const assurance = parseWholeNumber(item.assurance) === 2 ? 2 : 1
  return { factors, assurance, ...defined({ provider: fromProvider(item.provider) }) }
}

function toProvider({ issuer, subject, sid, issuedAt }: ProviderSession): AttributeValue {
  return {
    M: {
      issuer: { S: issuer },
      subject: { S: subject },
      ...(sid === undefined ? {} : { sid: { S: sid } }),
      issuedAt: numberAttribute(issuedAt),
    },
  }
}

function fromProvider(value: AttributeValue | undefined): ProviderSession | undefined {
  const { issuer, subject, sid, issuedAt } = value?.M ?? {}
  if (issuer?.S === undefined || subject?.S === undefined) return undefined
  return {
    issuer: issuer.S,
    subject: subject.S,
    ...defined({ sid: sid?.S }),
    issuedAt: parseWholeNumber(issuedAt) ?? 0,
  }
}
