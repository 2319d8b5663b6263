import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../defined.ts'
import type { FACTOR_FIELDS } from '../factors/methods.ts'
import type { Totp, User } from '../user.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'
import { fromPasskeyAttributes, toPasskeyAttributes } from './passkey-attributes.ts'

type Factors = Partial<Pick<User, (typeof FACTOR_FIELDS)[number]>>

/** Encodes the second factors that a change sets. DynamoDB has no empty set: without codes the attribute is removed. */
export function toFactorAttributes({ totp, totpPending, totpStep, recoveryCodes, ...passkeys }: Factors): Item {
  return {
    ...(totp ? { totp: toTotp(totp) } : {}),
    ...(totpPending ? { totpPending: toTotp(totpPending) } : {}),
    ...(totpStep === undefined ? {} : { totpStep: numberAttribute(totpStep) }),
    ...(recoveryCodes?.length ? { recoveryCodes: { SS: [...recoveryCodes] } } : {}),
    ...toPasskeyAttributes(passkeys),
  }
}

/** Decodes the second factors of a user. */
export function fromFactorAttributes(item: Item): Factors {
  return defined({
    totp: fromTotp(item.totp),
    totpPending: fromTotp(item.totpPending),
    totpStep: parseWholeNumber(item.totpStep),
    recoveryCodes: item.recoveryCodes?.SS,
    ...fromPasskeyAttributes(item),
  })
}

function toTotp({ id, sealed, createdAt }: Totp): AttributeValue {
  return { M: { id: { S: id }, sealed: { S: sealed }, createdAt: numberAttribute(createdAt) } }
}

/**
 * A secret that cannot be read is kept as one that matches no code: if it counted as absent, the password alone would
 * sign in.
 */
function fromTotp(value: AttributeValue | undefined): Totp | undefined {
  if (value === undefined) return undefined
  const { id, sealed, createdAt } = value.M ?? {}
  return { id: id?.S ?? '', sealed: sealed?.S ?? '', createdAt: parseWholeNumber(createdAt) ?? 0 }
}
