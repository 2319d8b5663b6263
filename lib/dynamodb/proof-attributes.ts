import { BY_PASSWORD, FACTORS, type Factor, type Proof } from '../factor.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'

const isFactor = (text: string | undefined): text is Factor => FACTORS.some((factor) => factor === text)

/** Encodes how a session was made; nothing for the password alone, so that such a row is as small as before. */
export function toProofAttributes({ factors, assurance }: Proof): Item {
  if (assurance === 1 && factors.length === 1 && factors[0] === 'password') return {}
  return { factors: { L: factors.map((factor) => ({ S: factor })) }, assurance: numberAttribute(assurance) }
}

/** Decodes how a session was made. A factor of a later release is left out; what is malformed proves the least. */
export function fromProofAttributes(item: Item): Proof {
  if (item.factors === undefined) return BY_PASSWORD
  const factors = (item.factors.L ?? []).flatMap(({ S }) => (isFactor(S) ? [S] : []))
  return { factors, assurance: parseWholeNumber(item.assurance) === 2 ? 2 : 1 }
}
