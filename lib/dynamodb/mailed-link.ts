import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { MailedLink } from '../user.ts'
import { numberAttribute, parseWholeNumbers } from './attribute.ts'

/** Encodes a mailed link. */
export function toLink({ hash, epoch, expiresAt }: MailedLink): AttributeValue {
  return { M: { hash: { S: hash }, epoch: numberAttribute(epoch), expiresAt: numberAttribute(expiresAt) } }
}

/** Decodes a mailed link; `undefined`, which no secret matches, for one that Coatcheck cannot have written. */
export function fromLink(value: AttributeValue | undefined): MailedLink | undefined {
  const numbers = parseWholeNumbers(value?.M ?? {}, ['epoch', 'expiresAt'])
  const hash = value?.M?.hash?.S
  return numbers && hash !== undefined ? { hash, ...numbers } : undefined
}
