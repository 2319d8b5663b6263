import type { EpochSeconds } from './system.ts'

/** An identity, as its user item lists it. */
export interface LinkedIdentity {
  /** Random, made anew with each link: the pointer of the identity counts only while the user lists its claim. */
  readonly claim: string
  /** The id of the provider when it was linked. */
  readonly provider: string
  readonly linkedAt: EpochSeconds
  /** The user's epoch that it was linked in. */
  readonly since: number
  /** When the provider issued the newest logout token that names the subject alone. */
  readonly endedAt?: EpochSeconds
}

/** The identities of a user. */
export type Identities = Readonly<Record<string, LinkedIdentity>>
