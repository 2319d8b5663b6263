import { startDeadline } from '../../lib/deadline.ts'
import { ConflictError } from '../../lib/errors.ts'
import { missingScopes, type Scope } from '../../lib/scope.ts'
import { tellChange } from '../change.ts'
import { type Context, type Destructive, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { confirm } from '../confirm.ts'
import { asScopes, parseScopes } from '../fields.ts'
import { ENDING_SECONDS, withStack } from '../open.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

interface Options extends StackOptions, Destructive {
  readonly add?: string
  readonly remove?: string
  readonly none?: boolean
}

/** `users set-scopes <user> [scopes...]`: the whole list, or what to add and remove. Taking one away ends sessions. */
export function setScopes(context: Context, whom: string, listed: string[], options: Options): Promise<ExitCode> {
  const { terminal } = context
  const wanted = read(listed, options)
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    const scopes = wanted(user.scopes)
    const lost = missingScopes(user.scopes, scopes)
    const question = `Take ${lost.join(' ')} from ${nameOf(user)} and end all their sessions?`
    if (lost.length > 0 && !(await confirm(question, options, terminal))) return 1
    const changed = await stack.administration.change(user.id, { scopes }, startDeadline(ENDING_SECONDS), {
      // Between the question and the answer somebody else may have changed them: that was not what was asked.
      beforeChange: (before) => {
        if (before.scopes.join(' ') !== user.scopes.join(' ')) throw new ConflictError()
      },
    })
    tellChange(`${nameOf(user)} has ${scopes.join(' ') || 'no scopes'}.`, changed, options, terminal)
    return 0
  })
}

/** What the arguments make of the scopes somebody has. @throws UsageError when they say nothing, or two things. */
function read(listed: readonly string[], { add, remove, none = false }: Options): (had: readonly Scope[]) => Scope[] {
  const isChange = add !== undefined || remove !== undefined
  if ([listed.length > 0, isChange, none].filter(Boolean).length !== 1)
    throw new UsageError('Say which scopes: all of them by name, or --add and --remove, or --none.')
  if (!isChange) {
    const scopes = parseScopes(listed)
    return () => scopes
  }
  const [added, removed] = [parseScopes([add ?? '']), parseScopes([remove ?? ''])]
  return (had) => asScopes([...had, ...added].filter((scope) => !removed.includes(scope)))
}
