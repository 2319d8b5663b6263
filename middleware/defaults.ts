import { type Config, parseConfig } from '../lib/config.ts'
import type { Environment } from '../lib/environment.ts'
import type { CorsPolicy } from '../lib/http/cors.ts'
import type { UserStore } from '../lib/ports.ts'
import type { Sessions } from '../lib/sessions/sessions.ts'

// No AWS SDK here: the bundles of handlers behind an authorizer import this module.

/** Reads a user, as every user store does. */
export type UserReader = Pick<UserStore, 'get'>

/** What the options of a check default to. */
export interface Defaults {
  readonly config: Config
  readonly sessions: Sessions
  readonly users: UserReader
}

let installed: Defaults | undefined
let config: Config | undefined

/**
 * Replaces the defaults of all middlewares in this process, which look them up with each request.
 * @returns a function that restores the defaults of before
 */
export function installDefaults(defaults: Defaults): () => void {
  const before = installed
  installed = defaults
  return () => {
    installed = before
  }
}

/** The defaults that a test has installed. */
export function installedDefaults(): Defaults | undefined {
  return installed
}

/** The configuration of the middleware's options: environment variables (docs/configuration.md), read once. */
export function defaultConfig(): Config {
  if (installed) return installed.config
  config ??= parseConfig(process.env, { origin: false }) // not needed for bearer tokens
  return config
}

/** The variables of the process, for what the configuration does not read: those that Lambda sets. */
export function processEnvironment(): Environment {
  return process.env
}

/** The defaults for CORS. Without trusted origins the rest of the environment need not be valid. */
export function defaultCors(): CorsPolicy {
  if (installed) return installed.config
  return process.env.TRUSTED_ORIGINS ? defaultConfig() : { trustedOrigins: [] }
}
