import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { parseScopes } from '../lib/dynamodb/attribute.ts'
import { ACCOUNT_SCOPE, missingScopes, type Scope } from '../lib/scope.ts'
import { asUnavailable, call, classifyError } from './aws.ts'
import { Failure, UsageError } from './command.ts'
import type { Stack } from './stack.ts'
import { suggest } from './suggestion.ts'
import type { Terminal } from './terminal.ts'

// A scope is any text, and a misspelt one grants nothing: nobody notices until a request is refused.

/** The scopes that Coatcheck's own routes require. */
export const OWN_SCOPES = [ACCOUNT_SCOPE, 'admin:read', 'admin:write', 'admin:revoke', 'sessions:introspect'] as Scope[]
/** Items that are read to learn which scopes are in use. */
const SAMPLE = 1000

/** Options of a command that grants scopes. */
export interface Granting {
  /** Grants scopes that look misspelt. */
  readonly force?: boolean | undefined
}

/**
 * Asks about scopes that no user holds and that are nearly a known one: of Coatcheck's routes, of this user, or of a user
 * among the first thousand items of the users table. Reads these, about 30 read units, only for a scope that is not one
 * of the former.
 * @throws Failure if the answer is not yes. @throws UsageError without a terminal and without `--force`.
 */
export async function confirmGrant(
  granted: readonly Scope[],
  held: readonly Scope[],
  stack: Pick<Stack, 'client' | 'config'>,
  options: Granting,
  terminal: Terminal,
): Promise<void> {
  const unknown = missingScopes(granted, [...OWN_SCOPES, ...held])
  if (unknown.length === 0 || options.force) return
  const inUse = await scopesInUse(stack)
  const known = new Set([...OWN_SCOPES, ...held, ...inUse])
  for (const scope of missingScopes(unknown, inUse))
    await confirmSpelling(scope, known, `No user holds the scope ${scope}.`, terminal)
}

/** Asks about scopes that the user does not hold and that are nearly one that they hold. @throws as `confirmGrant`. */
export async function confirmRemoval(
  removed: readonly Scope[],
  held: readonly Scope[],
  options: Granting,
  terminal: Terminal,
): Promise<void> {
  if (options.force) return
  for (const scope of missingScopes(removed, held))
    await confirmSpelling(scope, held, `The user does not hold the scope ${scope}.`, terminal)
}

async function confirmSpelling(
  scope: Scope,
  known: Iterable<Scope>,
  finding: string,
  { ask, interruption }: Terminal,
): Promise<void> {
  const meant = suggest(scope, known)
  if (meant === undefined) return
  const problem = `${finding} Did you mean ${meant}?`
  if (!ask) throw new UsageError(problem, `Correct it, or add --force to use ${scope}.`, 'unknown_scope')
  const answer = await ask(`${problem} Use ${scope} anyway? [y/N] `)
  interruption.throwIfAborted()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('declined', 'Nothing was changed.')
}

/** The scopes of the first users in the table; none if these credentials may not scan it. */
async function scopesInUse({ client, config }: Pick<Stack, 'client' | 'config'>): Promise<Scope[]> {
  const scan = new ScanCommand({ TableName: config.tables.users, ProjectionExpression: 'scopes', Limit: SAMPLE })
  try {
    const { Items = [] } = await call((how) => client.send(scan, how))
    return Items.flatMap(({ scopes }) => parseScopes(scopes) ?? [])
  } catch (error) {
    return classifyError(error).kind === 'denied' ? [] : asUnavailable(error)
  }
}
