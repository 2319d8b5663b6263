import { createHash } from 'node:crypto'
import { logEntry } from '../audit.ts'
import { PasswordRejectedError } from '../errors.ts'
import type { Log } from '../ports.ts'
import type { Secret } from '../secret.ts'

/** A user waits for it, and without an answer the password is accepted. */
const TIMEOUT_MS = 700
const PREFIX_LENGTH = 5

/** Checks that a password is in no known breach. */
export type BreachCheck = (password: Secret, log: Log) => Promise<void>

/**
 * Creates the check against a service with the range API of Have I Been Pwned (NIST SP 800-63B §3.1.1.2; OWASP ASVS
 * 6.2.12). The service learns five of the 40 digits of the password's SHA-1 hash, which hundreds of passwords share, and
 * by the padding not how many it knows. It is the one check that fails open: a service that does not answer must not keep
 * users from setting a password. The log receives `breach_check_missed`.
 * @param url the start of the range API's addresses; without it, the check does nothing
 * @returns a check that throws PasswordRejectedError with the rule `breached`. One request, at most 0.7 seconds
 */
export function createBreachCheck(url: string | undefined, request: typeof fetch = fetch): BreachCheck {
  return async (password, log) => {
    if (!url) return
    const hash = createHash('sha1').update(password.reveal().normalize('NFC')).digest('hex').toUpperCase()
    const isBreached = await readRange(url, hash.slice(0, PREFIX_LENGTH), request).then(
      (range) => includes(range, hash.slice(PREFIX_LENGTH)),
      (error) => {
        log(logEntry('breach_check_missed', { error }))
        return false
      },
    )
    if (isBreached)
      throw new PasswordRejectedError(
        'breached',
        'This password is in a collection of stolen passwords, which attackers try. Choose another, and change it wherever you use it.',
      )
  }
}

async function readRange(url: string, prefix: string, request: typeof fetch): Promise<string> {
  const headers = { 'add-padding': 'true' }
  const response = await request(`${url}${prefix}`, {
    ...{ headers, redirect: 'error' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`The service of breached passwords answered ${response.status}`)
  return response.text()
}

/** Whether a line has this suffix, and a count that is not 0: such lines are padding. */
const includes = (range: string, suffix: string): boolean =>
  range.split('\n').some((line) => {
    const [found = '', count = ''] = line.trim().split(':')
    return found.toUpperCase() === suffix && Number(count) > 0
  })
