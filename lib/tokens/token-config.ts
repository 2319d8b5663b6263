import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config-error.ts'
import { configReader } from '../config-reader.ts'
import type { Environment } from '../environment.ts'
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from './token-key.ts'

/** Where a key is: a key of AWS KMS, or the URL of a file with the private key in PEM, which only the stage `local` has. */
export interface TokenKeyPlace {
  readonly algorithm: TokenAlgorithm
  readonly kmsKeyId?: string
  readonly file?: string
}

/** The configuration of signed tokens and receipts. */
export interface TokenConfig {
  /** The first one signs; the others are published for tokens of before or of after a rotation. */
  readonly keys: readonly [TokenKeyPlace, ...TokenKeyPlace[]]
  /** The services that tokens may be for; empty: there are receipts and no tokens. */
  readonly audiences: readonly string[]
  readonly seconds: number
  /** Local only: the URL of a stand-in for AWS KMS. */
  readonly endpoint: string | undefined
}

const MAX_KEYS = 4
const MAX_AUDIENCES = 20
/** A longer life would be a longer delay between a revocation and its effect. */
const MAX_SECONDS = 300
/** The id of a key, not the name of an alias, which another key could take (KMS API Reference, "Sign", `KeyId`). */
const KMS_KEY_ID = /^(?:mrk-)?[\da-f-]{32,36}$/
const FILE_URL = /^file:\/\/\/[^?#\s]+$/
const AUDIENCE = /^[\x21-\x7e]{1,200}$/
const EXPECTED_KEY = `expected an algorithm (${TOKEN_ALGORITHMS.join(' or ')}), a colon and the id of a key of AWS KMS`

/**
 * Reads the configuration of tokens and receipts from environment variables, with the defaults of the README's table.
 * @returns `undefined` without `TOKEN_KEYS`: then there are neither tokens nor receipts
 * @throws ConfigError that lists every problem
 */
export function parseTokenConfig(
  env: Environment,
  { deployed }: { readonly deployed: boolean },
): TokenConfig | undefined {
  const problems: string[] = []
  const read = configReader(env, problems)
  const audiences = (env.TOKEN_AUDIENCES ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  if (audiences.length > MAX_AUDIENCES || !audiences.every((each) => AUDIENCE.test(each)))
    problems.push(`\`TOKEN_AUDIENCES\`: expected at most ${MAX_AUDIENCES} names of services, by commas`)
  const seconds = read.integer('TOKEN_SECONDS', MAX_SECONDS, 30, MAX_SECONDS)
  const places = (env.TOKEN_KEYS ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  const [first, ...others] = places.map((place) => parsePlace(place, deployed, problems))
  if (places.length > MAX_KEYS) problems.push(`\`TOKEN_KEYS\`: expected at most ${MAX_KEYS} keys, got ${places.length}`)
  if (!first && audiences.length > 0)
    problems.push('`TOKEN_KEYS`: required with `TOKEN_AUDIENCES`; the first key signs')
  if (problems.length > 0) throw new ConfigError(problems)
  if (!first) return undefined
  return { keys: [first, ...others], audiences, seconds, endpoint: (!deployed && env.TOKEN_KMS_ENDPOINT) || undefined }
}

function parsePlace(text: string, deployed: boolean, problems: string[]): TokenKeyPlace {
  const [name = '', ...rest] = text.split(':')
  const place = rest.join(':')
  const algorithm = TOKEN_ALGORITHMS.find((each) => each === name)
  const file = !deployed && FILE_URL.test(place) ? { file: fileURLToPath(place) } : undefined
  const kms = KMS_KEY_ID.test(place) ? { kmsKeyId: place } : undefined
  if (!algorithm || !(file ?? kms)) problems.push(`\`TOKEN_KEYS\`: ${EXPECTED_KEY}, got ${JSON.stringify(text)}`)
  return { algorithm: algorithm ?? 'ES256', ...file, ...kms }
}
