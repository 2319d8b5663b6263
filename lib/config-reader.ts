import type { Environment } from './environment.ts'
import { parseInstant } from './instant.ts'
import { Secret } from './secret.ts'
import type { EpochSeconds } from './system.ts'
import { isIntact } from './typed-text.ts'

/** How far the clocks of two machines may differ. */
const CLOCK_SKEW_SECONDS = 300

/** Reads environment variables; see `configReader`. */
export type ConfigReader = ReturnType<typeof configReader>

/** Creates readers that note a problem and continue with the default, so that all problems are reported at once. */
export function configReader(env: Environment, problems: string[]) {
  const refuse = (name: string, expected: string) => {
    problems.push(`\`${name}\`: expected ${expected}, got ${JSON.stringify(env[name])}`)
  }
  return {
    /** A secret; `undefined` if unset. A problem states its length, never its value. */
    secret(name: string, minLength: number): Secret | undefined {
      const text = env[name]?.trim() || undefined // a secret read from a file may end with a line break
      if (text !== undefined && text.length < minLength)
        problems.push(`\`${name}\`: expected at least ${minLength} characters, got ${text.length} characters`)
      // Bytes that are not UTF-8 were all replaced by one character, which anyone can guess.
      if (text !== undefined && !isIntact(text))
        problems.push(
          `\`${name}\`: expected text, got bytes that are not UTF-8; \`openssl rand -base64 32\` makes a secret`,
        )
      return text === undefined ? undefined : new Secret(text)
    },
    integer(name: string, fallback: number, min: number, max: number): number {
      const text = env[name] || String(fallback)
      if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text)
      refuse(name, `a whole number from ${min} to ${max}`)
      return fallback
    },
    /** A past time (RFC 3339), in seconds since 1970; `undefined` if unset. */
    pastTime(name: string, now: EpochSeconds): EpochSeconds | undefined {
      const text = env[name]
      if (!text) return undefined
      const time = parseInstant(text)
      if (time !== undefined && time <= now + CLOCK_SKEW_SECONDS) return time
      refuse(name, 'a past time with its offset, such as 2026-11-30T12:00:00Z')
      return undefined
    },
    text(name: string, fallback: string, pattern: RegExp, expected: string): string {
      const text = env[name] || fallback
      if (text === fallback || pattern.test(text)) return text
      refuse(name, expected)
      return fallback
    },
    choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
      const chosen = choices.find((choice) => choice === (env[name] || fallback))
      if (chosen !== undefined) return chosen
      refuse(name, choices.filter((choice) => choice !== '').join(' or '))
      return fallback
    },
  }
}
