import { createHash } from 'node:crypto'
import { logEntry } from '../audit.ts'
import type { Config } from '../config.ts'
import { PasswordRejectedError } from '../errors.ts'
import type { Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { openBreachFile } from './breach-file.ts'

/** A user waits for it, and without an answer the password is accepted. */
const TIMEOUT_MS = 700
const PREFIX_LENGTH = 5

/** Checks that a password is in no known breach. */
export type BreachCheck = (password: Secret, log: Log) => Promise<void>

/** Whether a password with this SHA-1 hash is in a known breach. */
type Lookup = (sha1: Buffer) => boolean | Promise<boolean>

/**
 * Creates the check against a file of breached passwords, a service with the range API of Have I Been Pwned, or both, the
 * file first (NIST SP 800-63B §3.1.1.2; OWASP ASVS 6.2.12). Without either, the check does nothing.
 *
 * The service learns five of the 40 digits of the password's SHA-1 hash, which hundreds of passwords share, and by the
 * padding not how many it knows. It is the one check that fails open: a service that does not answer must not keep users
 * from setting a password. The log receives `breach_check_missed`.
 * @returns a check that throws PasswordRejectedError with the rule `breached`. At most 26 reads of the file, one request
 *   of at most 0.7 seconds
 * @throws ConfigError if the file cannot be read or has another format
 */
export function createBreachCheck(
  { breachFile, breachUrl }: Pick<Config['password'], 'breachFile' | 'breachUrl'>,
  request: typeof fetch = fetch,
): BreachCheck {
  const lookups: Lookup[] = []
  if (breachFile !== undefined) lookups.push(openBreachFile(breachFile).has)
  if (breachUrl !== undefined) lookups.push((sha1) => isInRange(breachUrl, sha1, request))
  return async (password, log) => {
    if (lookups.length === 0) return
    const sha1 = createHash('sha1').update(password.reveal().normalize('NFC')).digest()
    for (const isBreached of lookups)
      if (await lookUp(isBreached, sha1, log))
        throw new PasswordRejectedError(
          'breached',
          'This password is in a collection of stolen passwords, which attackers try. Choose another, and change it wherever you use it.',
        )
  }
}

async function lookUp(isBreached: Lookup, sha1: Buffer, log: Log): Promise<boolean> {
  try {
    return await isBreached(sha1)
  } catch (error) {
    log(logEntry('breach_check_missed', { error }))
    return false
  }
}

async function isInRange(url: string, sha1: Buffer, request: typeof fetch): Promise<boolean> {
  const hash = sha1.toString('hex').toUpperCase()
  const headers = { 'add-padding': 'true' }
  const response = await request(`${url}${hash.slice(0, PREFIX_LENGTH)}`, {
    ...{ headers, redirect: 'error' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`The service of breached passwords answered ${response.status}`)
  return includes(await response.text(), hash.slice(PREFIX_LENGTH))
}

/** Whether a line has this suffix, and a count that is not 0: such lines are padding. */
const includes = (range: string, suffix: string): boolean =>
  range.split('\n').some((line) => {
    const [found = '', count = ''] = line.trim().split(':')
    return found.toUpperCase() === suffix && Number(count) > 0
  })
