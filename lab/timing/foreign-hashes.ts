import { randomBytes } from 'node:crypto'

/**
 * Hashes in the formats of other systems, of no known password: only the time of their verification matters.
 * All take less than a verification of bcrypt with cost 10.
 */
export function foreignHashes() {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64')
  const bare = (bytes: number) => base64(bytes).replaceAll('=', '')
  return {
    pbkdf2: `pbkdf2_sha256$200000$salt$${base64(32)}`,
    firebase: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${base64(64)}$${base64(16)}$${base64(64)}`,
    argon2: `$argon2id$v=19$m=19456,t=2,p=1$${bare(16)}$${bare(32)}`,
  }
}
