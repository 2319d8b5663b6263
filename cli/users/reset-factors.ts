import { logEntry, logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { hasSecondFactor, WITHOUT_FACTORS } from '../../lib/factors/methods.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { printChange } from '../print-change.ts'
import { REVOCATION_SECONDS, withStack } from '../stack.ts'
import { describeUser } from '../user-text.ts'

/** `users reset-factors <user>`: removes the second factors of a user who has lost them, and revokes all sessions. */
export function resetFactors(
  context: Context,
  emailOrId: string,
  options: StackOptions & Destructive,
): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    const question = `Remove the second factors of ${describeUser(user)} and revoke all their sessions? The password alone will sign in.`
    await confirm(question, options, terminal)
    const { revocations, log } = stack
    const deadline = startDeadline(REVOCATION_SECONDS)
    const afterChange = () => log(logEntry('authz_admin', { target: user.id, action: 'reset_factors' }))
    const hooks = { afterChange, reason: 'factors_changed' } as const
    const changed = await revocations.revokeAllSessions(user.id, WITHOUT_FACTORS, deadline, hooks)
    logRevoked(log, user.id, changed.revoked, 'factors_changed')
    const had = hasSecondFactor(changed.before)
    const message = had
      ? `Removed the second factors of ${describeUser(user)}.`
      : `${describeUser(user)} had no second factor.`
    await printChange(message, changed, options, terminal)
    return 0
  })
}
