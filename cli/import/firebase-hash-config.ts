import { readFile } from 'node:fs/promises'
import { UsageError } from '../command.ts'

/** What all hashes of a Firebase project have in common; the export has only hash and salt. */
export interface FirebaseHashConfig {
  readonly signerKey: string
  readonly saltSeparator: string
  readonly rounds: number
  readonly memoryCost: number
}

const PAIR = /"?(\w+)"?\s*[:=]\s*"?([^\s",}]*)/g
const BASE64 = /^[A-Za-z\d+/]*={0,2}$/

/**
 * Reads the password hash parameters of a Firebase project as its console shows them (`hash_config { … }`), or as JSON
 * with the same names. From a file, because an argument would be visible in the process list.
 * @throws UsageError without repeating the signer key
 */
export async function readFirebaseHashConfig(file: string): Promise<FirebaseHashConfig> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new UsageError(
      `Cannot read ${JSON.stringify(file)} (${error.code}).`,
      'Give the file of Firebase’s hash_config.',
    )
  })
  const values = new Map([...text.matchAll(PAIR)].map(([, name, value]) => [name, value]))
  const [signerKey = '', saltSeparator = ''] = ['base64_signer_key', 'base64_salt_separator'].map((name) =>
    values.get(name),
  )
  const [rounds, memoryCost] = ['rounds', 'mem_cost'].map((name) => Number(values.get(name)))
  const isComplete = signerKey !== '' && BASE64.test(signerKey) && BASE64.test(saltSeparator)
  if (values.get('algorithm') !== 'SCRYPT' || !isComplete || !rounds || !memoryCost)
    throw new UsageError(
      `${JSON.stringify(file)} is no hash_config of Firebase.`,
      'Expected algorithm SCRYPT, base64_signer_key, base64_salt_separator, rounds and mem_cost.',
    )
  return { signerKey, saltSeparator, rounds, memoryCost }
}

/** One hash with all that its verification needs, in the form of Supabase. The export uses either base64 alphabet. */
export function firebaseHash(
  { signerKey, saltSeparator, rounds, memoryCost }: FirebaseHashConfig,
  salt: string,
  hash: string,
): string {
  const [plainSalt, plainHash] = [salt, hash].map((text) => text.replaceAll('-', '+').replaceAll('_', '/'))
  return `$fbscrypt$v=1,n=${memoryCost},r=${rounds},p=1,ss=${saltSeparator},sk=${signerKey}$${plainSalt}$${plainHash}`
}
