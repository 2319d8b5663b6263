import { type BreachCheck, createBreachCheck } from '../../lib/passwords/breached.ts'
import { configuredHasher } from '../../lib/passwords/password-hasher.ts'
import type { PasswordHasher } from '../../lib/ports.ts'
import type { Attempts } from '../../lib/throttling/attempts.ts'
import { type App, openApp } from './app.ts'
import { attemptsOf } from './attempts-of.ts'

/** The parts of a function that hashes or verifies passwords; only these have bcrypt and the pepper. */
export interface PasswordApp extends App {
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
  readonly checkBreaches: BreachCheck
}

/**
 * Opens the parts of a function that hashes or verifies passwords.
 * @param verifies `false` for a function that only hashes: it cannot read stored hashes.
 * @throws ConfigError for an invalid configuration or without a pepper; the function then fails to start
 */
export function openPasswordApp({ verifies = true } = {}): PasswordApp {
  const app = openApp({ pepper: true, passwordHash: verifies })
  const { password } = app.config
  const checkBreaches = createBreachCheck(password)
  return { ...app, hasher: configuredHasher(password), attempts: attemptsOf(app), checkBreaches }
}
