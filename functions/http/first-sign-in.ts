import { logEntry } from '../../lib/audit.ts'
import type { Deadline } from '../../lib/deadline.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import type { Log } from '../../lib/ports.ts'
import type { User } from '../../lib/user.ts'
import { type MailApp, notify } from './mail-app.ts'

/** Reports that an identity has made a user, or that an account which never proved its address has given way to it. */
export async function reportFirstSignIn(
  app: MailApp,
  { user, provider }: { readonly user: User; readonly provider: Provider },
  deadline: Deadline,
  log: Log,
): Promise<void> {
  // An account that has given way has lost its credentials, which advanced its epoch.
  if (user.epoch > 0) await notify(app, { kind: 'password_changed', userId: user.id }, deadline, log)
  else log(logEntry('user_created', { target: user.id }))
  log(logEntry('user_updated', { target: user.id, action: 'identity_linked', provider: provider.id }))
}
