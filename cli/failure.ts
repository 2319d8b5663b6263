import { ConfigError } from '../lib/config.ts'
import { CoatcheckError, UnavailableError } from '../lib/errors.ts'
import { type Trouble, troubleOf } from './aws.ts'
import { type ExitCode, Failure, UsageError } from './command.ts'

const REMEDIES: Readonly<Record<Trouble, string>> = {
  absent: 'A table of this stage does not exist there: correct --stage, --region or the table’s variable',
  denied: 'These credentials lack a right: use others, or grant it',
  unsupported: 'This engine cannot do that: use DynamoDB, or a newer engine',
  'no credentials': 'AWS takes no credentials from here: sign in (`aws sso login`), or set AWS_PROFILE',
  'no region': 'No Region to ask: give --region, or set AWS_REGION',
  'no answer': 'DynamoDB does not answer: check the network, --region and DYNAMODB_ENDPOINT, and run this again',
  unexpected: 'DynamoDB did not do it: run this again, and look with `coatcheck doctor` if it stays so',
}

/** What to tell of a failure and the exit code; `undefined` for what nobody has foreseen, which is a bug. */
export function explain(error: unknown): { text: string; exitCode: ExitCode } | undefined {
  if (error instanceof UsageError || error instanceof ConfigError) return { text: error.message, exitCode: 2 }
  if (error instanceof UnavailableError) return { text: whyUnavailable(error), exitCode: 1 }
  if (error instanceof CoatcheckError || error instanceof Failure) return { text: error.message, exitCode: 1 }
  return undefined
}

/** One sentence about a datastore that failed. */
function whyUnavailable({ message, cause }: UnavailableError): string {
  if (cause === undefined) return `DynamoDB could not be used (${message}): run this again.`
  const { kind, reason } = troubleOf(cause)
  return `${REMEDIES[kind]} (${reason}).`
}
