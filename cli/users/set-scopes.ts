import { logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { ConflictError } from '../../lib/errors.ts'
import { missingScopes, type Scope } from '../../lib/scope.ts'
import { type Context, type Destructive, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { confirm } from '../confirm.ts'
import { parseScopes, validateScopes } from '../fields.ts'
import { findUser } from '../find-user.ts'
import { confirmGrant, confirmRemoval, type Granting } from '../known-scopes.ts'
import { printChange } from '../print-change.ts'
import { REVOCATION_SECONDS, recorded, withStack } from '../stack.ts'
import { describeUser } from '../user-text.ts'

interface Options extends StackOptions, Destructive, Granting {
  readonly add?: string
  readonly remove?: string
  readonly none?: boolean
}

/** `users set-scopes <user> [scopes...]`: replaces, adds or removes scopes. Removing one revokes all sessions. */
export function setScopes(context: Context, emailOrId: string, listed: string[], options: Options): Promise<ExitCode> {
  const { terminal } = context
  const change = readChange(listed, options)
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    const scopes = change(user.scopes)
    await confirmGrant(scopes, user.scopes, stack, options, terminal)
    await confirmRemoval(parseScopes([options.remove ?? '']), user.scopes, options, terminal)
    const lost = missingScopes(user.scopes, scopes)
    const question = `Remove ${lost.join(' ')} from ${describeUser(user)} and revoke all their sessions?`
    if (lost.length > 0) await confirm(question, options, terminal)
    const changed = await stack.administration.change(user.id, { scopes }, startDeadline(REVOCATION_SECONDS), {
      ...recorded(stack),
      // The scopes may have changed between question and answer: the answer was not about those.
      beforeChange: (before) => {
        if (before.scopes.join(' ') !== user.scopes.join(' ')) throw new ConflictError()
      },
    })
    logRevoked(stack.log, user.id, changed.revoked, 'scope_removed')
    await printChange(`${describeUser(user)} has ${scopes.join(' ') || 'no scopes'}.`, changed, options, terminal)
    return 0
  })
}

/** Returns the change that the arguments describe. @throws UsageError without a change, or with several. */
function readChange(
  listed: readonly string[],
  { add, remove, none = false }: Options,
): (current: readonly Scope[]) => Scope[] {
  const isChange = add !== undefined || remove !== undefined
  if ([listed.length > 0, isChange, none].filter(Boolean).length !== 1)
    throw new UsageError(
      'It is not clear which scopes the user is to have.',
      'Give the complete list, or --add and --remove, or --none.',
    )
  if (!isChange) {
    const scopes = parseScopes(listed)
    return () => scopes
  }
  const [added, removed] = [parseScopes([add ?? '']), parseScopes([remove ?? ''])]
  return (current) => validateScopes([...current, ...added].filter((scope) => !removed.includes(scope)))
}
