import { type Fields, plainName, plainNames, present, readText } from './field-values.ts'
import { type FirebaseHashConfig, firebaseHash } from './firebase-hash-config.ts'
import { LineFault } from './line-fault.ts'
import { type Hashing, type HashNote, readHash } from './stored-hash.ts'

/** Rails `password_digest`, Devise and Supabase `encrypted_password`, Auth0 and Firebase `passwordHash`. */
const HASHES = plainNames(
  'password_hash',
  'password_digest',
  'encrypted_password',
  'hashed_password',
  'password_hashed',
)
/** Django, Laravel and better-auth keep the hash in a field of this name. */
const PASSWORD = 'password'
/** The name of the algorithm, which the hash itself also says. */
const ALGORITHMS = plainNames('password_hasher', 'password_algorithm', 'password_hash_algorithm', 'hash_algorithm')
const KNOWN_ALGORITHMS = new Set(['bcrypt', 'bcryptjs', 'argon2', 'argon2i', 'argon2id', 'pbkdf2_sha256_django'])
/** Firebase's, beside a hash that `firebaseHash` completes. */
const SALTS = plainNames('salt', 'password_salt')

/** The plain names of all fields that `readHashFields` reads. */
export const HASH_FIELDS = [...HASHES, PASSWORD, ...ALGORITHMS, ...SALTS]

/** What Django stores for a user who has no password. */
const UNUSABLE = /^!([A-Za-z0-9]{40})?$/

/** Reads the password hash of a line. @throws LineFault for a hash that no login could verify; never repeats it */
export function readHashFields(
  fields: Fields,
  hashing: Hashing & { readonly firebase?: FirebaseHashConfig | undefined },
): { passwordHash: string | undefined; note?: HashNote } {
  const [field, second] = present(fields, [...HASHES, PASSWORD])
  const [salt] = present(fields, SALTS)
  if (!field) return { passwordHash: undefined }
  if (second) throw new LineFault(`${field.name} and ${second.name}: expected one password hash, found two`)
  const text = readText(field)
  if (UNUSABLE.test(text)) return { passwordHash: undefined }
  for (const algorithm of present(fields, ALGORITHMS))
    if (!KNOWN_ALGORITHMS.has(readText(algorithm).toLowerCase()))
      throw new LineFault(`${algorithm.name}: expected ${[...KNOWN_ALGORITHMS].join(', ')}`)
  if (plainName(field.name) === PASSWORD && !/^(\$|[\w-]+[$:])/.test(text))
    throw new LineFault(`${field.name}: a plain-text password is not accepted; use passwordHash with its hash`)
  if (!salt) return readHash(field.name, text, hashing)
  if (!hashing.firebase)
    throw new LineFault(
      `${salt.name}: expected the salt within the hash; only Firebase’s is read from a field, with --firebase-hash-config <file>`,
    )
  return readHash(field.name, firebaseHash(hashing.firebase, readText(salt), text), hashing)
}
