import { ConfigError } from '../lib/config-error.ts'
import { CoatcheckError, type ErrorCode, UnavailableError } from '../lib/errors.ts'
import { type AwsErrorKind, classifyError } from './aws.ts'
import { CommandError, type CommandErrorCode, type ExitCode } from './command.ts'

/** An error as the command line reports it: `text` for people, the rest as JSON. */
export interface Explanation {
  readonly code: CommandErrorCode
  readonly message: string
  /** What to do next. */
  readonly remedy: string
  readonly text: string
  readonly exitCode: ExitCode
}

const HELP = 'Add --help to the command: it shows what is accepted.'

const DATASTORE: Readonly<
  Record<AwsErrorKind, { code: CommandErrorCode; problem: string; remedy: string; exitCode?: 2 }>
> = {
  'not found': {
    code: 'table_not_found',
    problem: 'A table of this stage does not exist',
    remedy: 'Correct --stage, --region or the variable with the table’s name',
  },
  denied: {
    code: 'access_denied',
    problem: 'These credentials lack a permission',
    remedy: 'Grant it, or use other credentials',
  },
  unsupported: {
    code: 'unsupported',
    problem: 'This engine does not support the operation',
    remedy: 'Use DynamoDB, or a newer engine',
  },
  'no credentials': {
    code: 'no_credentials',
    problem: 'There are no usable AWS credentials',
    remedy: 'Sign in (`aws sso login`), or set AWS_PROFILE',
    exitCode: 2,
  },
  'bad credentials': {
    code: 'credentials_rejected',
    problem: 'AWS rejected the credentials',
    remedy: 'Sign in (`aws sso login`), or set AWS_PROFILE',
  },
  'no region': {
    code: 'no_region',
    problem: 'The Region is not set, or is not a Region',
    remedy: 'Give --region, or set AWS_REGION',
    exitCode: 2,
  },
  settings: {
    code: 'invalid_configuration',
    problem: 'The AWS settings in the environment or in the files in ~/.aws are invalid',
    remedy: 'Correct the setting that is named',
    exitCode: 2,
  },
  'no answer': {
    code: 'no_answer',
    problem: 'DynamoDB does not answer',
    remedy: 'Check the network, --region and DYNAMODB_ENDPOINT, and run this again',
  },
  unexpected: {
    code: 'rejected',
    problem: 'DynamoDB rejected the request',
    remedy: 'Run this again, and run `coatcheck doctor` if the error persists',
  },
}

const REMEDIES: Partial<Record<ErrorCode, string>> = {
  not_found: '`coatcheck users list` shows all users.',
  conflict: 'Run the command again.',
  password_rejected: 'Choose another password, or use --generate.',
  revocation_pending: 'Run the command again.',
}

/** The explanation of an error; `undefined` for an unexpected error, which is a bug. */
export function explainError(error: unknown): Explanation | undefined {
  if (error instanceof CommandError) {
    const { code, problem, remedy = HELP, message, exitCode } = error
    return { code, message: problem, remedy, text: message, exitCode }
  }
  if (error instanceof ConfigError) {
    const remedy = 'Correct the environment variables; docs/configuration.md lists them.'
    const message = `The configuration is invalid: ${error.problems.join('; ')}.`
    return { code: 'invalid_configuration', message, remedy, text: error.message, exitCode: 2 }
  }
  if (error instanceof UnavailableError) return explainUnavailable(error)
  if (error instanceof CoatcheckError) {
    const { code, message } = error
    const remedy = REMEDIES[code as ErrorCode] ?? 'Correct the cause and run the command again.'
    return { code: code as CommandErrorCode, message, remedy, text: message, exitCode: 1 }
  }
  return undefined
}

/** A datastore failure and its remedy. */
function explainUnavailable({ message, cause }: UnavailableError): Explanation {
  if (cause === undefined) {
    const text = `DynamoDB is unavailable (${message}): run this again.`
    return { code: 'unavailable', message: text, remedy: 'Run the command again.', text, exitCode: 1 }
  }
  return explainAwsError(cause)
}

/** An error of the AWS SDK and its remedy. @param kind if the error does not tell it */
export function explainAwsError(error: unknown, kind?: AwsErrorKind): Explanation {
  const classified = classifyError(error)
  const { code, problem, remedy, exitCode = 1 } = DATASTORE[kind ?? classified.kind]
  const next = remedy.charAt(0).toLowerCase() + remedy.slice(1)
  return {
    code,
    message: `${problem} (${classified.reason}).`,
    remedy: `${remedy}.`,
    text: `${problem}: ${next} (${classified.reason}).`,
    exitCode,
  }
}

/** The explanation of any error, also of a bug. */
export function explainAny(error: unknown): Explanation {
  const known = explainError(error)
  if (known) return known
  const { message = String(error), stack = message } = error instanceof Error ? error : {}
  const [, missing] = /Cannot find package '([^']+)'/.exec(message) ?? []
  if (missing !== undefined) {
    const problem = `${missing} is not installed`
    const remedy = `npm install ${missing}`
    return { code: 'missing_package', message: `${problem}.`, remedy, text: `${problem}: ${remedy}`, exitCode: 1 }
  }
  const remedy = 'This is a fault of Coatcheck: report it with the command and the message.'
  return { code: 'unexpected', message, remedy, text: stack, exitCode: 1 }
}
