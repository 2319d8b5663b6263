/**
 * The signature algorithms of passkeys, in the order of preference, by their COSE numbers (RFC 9053 §2, RFC 8812 §2):
 * Ed25519, ES256 and RS256. The list is stated and never the default of a library: every authenticator has one of the
 * three, and a post-quantum algorithm that a runtime happens to offer has keys of over a kilobyte, which would make the
 * user item, and with it each read and write of a user, several times as expensive (docs/decisions/032-passkeys.md).
 */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const

/** The digest of an algorithm, as `node:crypto` takes it; Ed25519 has its own. */
const DIGESTS: Readonly<Record<number, string | null>> = { [-8]: null, [-7]: 'sha256', [-257]: 'sha256' }

/** The digest of an algorithm; `undefined` for one that is not accepted. */
export const digestOf = (algorithm: number): string | null | undefined => DIGESTS[algorithm]
