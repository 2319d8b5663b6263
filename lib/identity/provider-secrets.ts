import { readFile } from 'node:fs/promises'
import type { Deadline } from '../deadline.ts'
import { Secret } from '../secret.ts'
import { type Instant, millisecondsSince, systemInstant } from '../system.ts'
import type { Provider } from './provider.ts'
import { ProviderUnavailableError } from './provider-errors.ts'

/** How long the secrets are kept in memory: a rotated one is used no later. */
const KEPT_MS = 300_000

/** Reads the text that holds the secrets of all providers: a secret of AWS Secrets Manager, or a local file. */
export type ReadSecrets = (deadline: Deadline) => Promise<string>

/** Reads the secrets of a local file; without a file there are none. */
export const secretsFile = (path: string | undefined): ReadSecrets => {
  return async () => (path === undefined ? '{}' : readFile(path, 'utf8'))
}

/**
 * Creates the lookup of client secrets by their name. One text holds them all, a JSON object of names and values; it is
 * read when it is needed, and again after five minutes.
 * @returns the secret of a provider; `undefined` for a provider without one
 * @throws ProviderUnavailableError if the text cannot be read, or has no such name
 */
export function createProviderSecrets(read: ReadSecrets, now: () => Instant = systemInstant) {
  let kept: { readonly at: Instant; readonly text: Promise<string> } | undefined

  function readText(deadline: Deadline): Promise<string> {
    if (!kept || millisecondsSince(kept.at, now()) >= KEPT_MS) {
      const fresh = { at: now(), text: read(deadline) }
      fresh.text.catch(() => {
        if (kept === fresh) kept = undefined
      })
      kept = fresh
    }
    return kept.text
  }

  return async ({ secretName }: Provider, deadline: Deadline): Promise<Secret | undefined> => {
    if (secretName === undefined) return undefined
    const text = await readText(deadline).catch((error) => {
      throw new ProviderUnavailableError('The secrets of the providers cannot be read', { cause: error })
    })
    const value = namedValue(text, secretName)
    if (value === undefined)
      throw new ProviderUnavailableError(`The secrets of the providers have no \`${secretName}\``)
    return new Secret(value)
  }
}

/** No error repeats the text. */
function namedValue(text: string, name: string): string | undefined {
  try {
    const values: unknown = JSON.parse(text)
    const value =
      typeof values === 'object' && values !== null && Object.hasOwn(values, name) && Reflect.get(values, name)
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
  } catch {
    return undefined
  }
}
