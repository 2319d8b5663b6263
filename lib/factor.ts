import type { ProviderSession } from './provider-session.ts'

/**
 * How a user has proven who they are: `code` was mailed, `recovery` is a recovery code, `provider` another service's
 * sign-in.
 */
export const FACTORS = ['password', 'code', 'totp', 'recovery', 'passkey', 'provider'] as const

/** The name of a factor. */
export type Factor = (typeof FACTORS)[number]

/** 1: one factor. 2: two factors, or one that is two, such as a passkey with user verification (NIST SP 800-63B §2.2). */
export type Assurance = 1 | 2

/** The names of assurances as authentication context classes (RFC 9470 §3; `acr` of tokens). */
export const ASSURANCE_CLASS = { 1: 'urn:coatcheck:assurance:1', 2: 'urn:coatcheck:assurance:2' } as const

/** What a sign-in has proven. */
export interface Proof {
  readonly factors: readonly Factor[]
  readonly assurance: Assurance
  /** The sign-in at a provider that it began with. */
  readonly provider?: ProviderSession
}

/** The proof of a sign-in with the password alone, and of sessions from before factors were recorded. */
export const BY_PASSWORD: Proof = { factors: ['password'], assurance: 1 }

/** The proof of a sign-in with a mailed code alone. */
export const BY_CODE: Proof = { factors: ['code'], assurance: 1 }

/** The proof of a session whose user has proven a further factor: nothing that was proven before is lost. */
export function strengthened({ factors, assurance, provider }: Proof, added: Proof): Proof {
  return {
    ...(provider && { provider }),
    factors: [...new Set([...factors, ...added.factors])],
    assurance: assurance > added.assurance ? assurance : added.assurance,
  }
}

/** The proof of a session whose user has removed factors: what they proved must not outlive them. */
export function weakened({ factors }: Proof, removed: readonly Factor[]): Proof {
  return { factors: factors.filter((factor) => !removed.includes(factor)), assurance: 1 }
}
