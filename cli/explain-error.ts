import { ConfigError } from '../lib/config.ts'
import { CoatcheckError, UnavailableError } from '../lib/errors.ts'
import { type AwsErrorKind, classifyError } from './aws.ts'
import { type ExitCode, Failure, UsageError } from './command.ts'

const REMEDIES: Readonly<Record<AwsErrorKind, string>> = {
  'not found': 'A table of this stage does not exist: correct --stage, --region or the variable with the table’s name',
  denied: 'These credentials lack a permission: grant it, or use other credentials',
  unsupported: 'This engine does not support the operation: use DynamoDB, or a newer engine',
  'no credentials': 'AWS rejected the credentials or found none: sign in (`aws sso login`), or set AWS_PROFILE',
  'no region': 'The Region is not set: give --region, or set AWS_REGION',
  'no answer': 'DynamoDB does not answer: check the network, --region and DYNAMODB_ENDPOINT, and run this again',
  unexpected: 'DynamoDB rejected the request: run this again, and run `coatcheck doctor` if the error persists',
}

/** The message and exit code for an error; `undefined` for an unexpected error, which is a bug. */
export function explainError(error: unknown): { text: string; exitCode: ExitCode } | undefined {
  if (error instanceof UsageError || error instanceof ConfigError) return { text: error.message, exitCode: 2 }
  if (error instanceof UnavailableError) return { text: explainUnavailable(error), exitCode: 1 }
  if (error instanceof CoatcheckError || error instanceof Failure) return { text: error.message, exitCode: 1 }
  return undefined
}

/** One sentence about a datastore failure and its remedy. */
function explainUnavailable({ message, cause }: UnavailableError): string {
  if (cause === undefined) return `DynamoDB is unavailable (${message}): run this again.`
  const { kind, reason } = classifyError(cause)
  return `${REMEDIES[kind]} (${reason}).`
}
