import { type Fields, present, readText } from './field-values.ts'
import { LineFault } from './line-fault.ts'
import { type Hashing, type HashNote, readHash } from './stored-hash.ts'

/** Rails `password_digest`, Devise and Supabase `encrypted_password`, Auth0 and Firebase `passwordHash`. */
const HASHES = ['passwordhash', 'passworddigest', 'encryptedpassword', 'hashedpassword', 'passwordhashed', 'pwhash']
/** Django, Laravel and better-auth keep the hash in a field of this name. */
const PASSWORD = 'password'
/** The name of the algorithm, which the hash itself also says. */
const ALGORITHMS = ['passwordhasher', 'passwordalgorithm', 'passwordhashalgorithm', 'hashalgorithm']
const KNOWN_ALGORITHMS = new Set(['bcrypt', 'bcryptjs'])

/** The plain names of all fields that `readHashFields` reads. */
export const HASH_FIELDS = [...HASHES, PASSWORD, ...ALGORITHMS]

/** What Django stores for a user who has no password. */
const UNUSABLE = /^!([A-Za-z0-9]{40})?$/

/** Reads the password hash of a line. @throws LineFault for a hash that no login could verify; never repeats it */
export function readHashFields(
  fields: Fields,
  hashing: Hashing,
): { passwordHash: string | undefined; note?: HashNote } {
  const [field, second] = present(fields, [...HASHES, PASSWORD])
  if (!field) return { passwordHash: undefined }
  if (second) throw new LineFault(`${field.name} and ${second.name}: expected one password hash, found two`)
  const text = readText(field)
  if (UNUSABLE.test(text)) return { passwordHash: undefined }
  for (const algorithm of present(fields, ALGORITHMS))
    if (!KNOWN_ALGORITHMS.has(readText(algorithm).toLowerCase()))
      throw new LineFault(`${algorithm.name}: ${JSON.stringify(algorithm.value)} is not supported`)
  if (field.name.toLowerCase() === PASSWORD && !/^(\$|[\w-]+[$:])/.test(text))
    throw new LineFault(`${field.name}: a plain-text password is not accepted; use passwordHash with its hash`)
  return readHash(field.name, text, hashing)
}
