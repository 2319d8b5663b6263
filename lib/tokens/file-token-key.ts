import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { UnavailableError } from '../errors.ts'
import type { TokenAlgorithm, TokenKey } from './token-key.ts'

/**
 * Opens a key on disk, for the stage `local`.
 * @param file has the private key in PEM (PKCS #8)
 * @throws UnavailableError if the file has no private key of the algorithm
 */
export async function openFileTokenKey(file: string, algorithm: TokenAlgorithm): Promise<TokenKey> {
  const key = await readPrivateKey(file)
  const kind = algorithm === 'ES256' ? 'ec' : 'rsa'
  if (key.asymmetricKeyType !== kind) throw new UnavailableError(`The key in ${file} is no key of ${algorithm}`)
  const publicKey = createPublicKey(key)
  return {
    algorithm,
    kid: hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url'),
    sign: async (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }),
    publicKey: async () => publicKey,
  }
}

async function readPrivateKey(file: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(file, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // its message could hold a part of the file
    throw new UnavailableError(`The key of tokens in ${file} cannot be read: ${code ?? 'malformed'}`)
  }
}
