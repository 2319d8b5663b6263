import type { ActivityStore } from '../../lib/activity/activity-store.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { type AttemptKeys, createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { Email } from '../../lib/user.ts'
import { activityOf } from './activity-of.ts'
import { type App, type AppOptions, openApp } from './app.ts'

/** The parts of a function that lists activity. */
export interface ActivityApp extends App {
  /** `undefined` if none is recorded. */
  readonly activity: ActivityStore | undefined
}

/** Opens the parts of a function that lists the activity of all users. @throws ConfigError as `openApp` */
export function openActivityApp(): ActivityApp {
  return withActivity(openApp())
}

function withActivity<Opened extends App>(app: Opened): Opened & ActivityApp {
  return { ...app, activity: activityOf(app, app.client) }
}

/**
 * Opens the parts of a function that finds what is stored under keys made with the pepper: failed sign-ins and counters.
 * @throws ConfigError without a pepper, and as `openApp`
 */
export function openTaggingApp(options: Omit<AppOptions, 'pepper'> = {}): App & { readonly keys: AttemptKeys } {
  const app = openApp({ ...options, pepper: true })
  const { pepper } = app.config.password
  if (!pepper) throw new ConfigError(['`PASSWORD_PEPPER`: required; expected at least 32 random characters'])
  return { ...app, keys: createAttemptKeys(pepper) }
}

/**
 * Opens the parts of a function that lists the activity of one user. The failed sign-ins are found by the tag of the
 * user's email address, for which the function needs the pepper.
 * @throws ConfigError without a pepper, and as `openApp`
 */
export function openUserActivityApp(): ActivityApp & { accountTag(email: Email): string } {
  const app = withActivity(openTaggingApp())
  return { ...app, accountTag: app.keys.accountTag }
}
