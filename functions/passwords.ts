import { ConfigError } from '../lib/config.ts'
import { bcryptHasher } from '../lib/password.ts'
import type { PasswordHasher } from '../lib/ports.ts'
import type { App } from './app.ts'

/** The hasher of the functions that see passwords: only their bundles carry bcrypt, only they are given the pepper. */
export function passwordHasher({ config: { password } }: App): PasswordHasher {
  if (!password.pepper) throw new ConfigError(['`PASSWORD_PEPPER`: required where passwords are hashed'])
  return bcryptHasher({ cost: password.bcryptCost, pepper: password.pepper })
}
