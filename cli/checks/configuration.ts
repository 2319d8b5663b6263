import { type Config, parseConfig } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { isOrigin } from '../../lib/origin.ts'
import { type Finding, failed, ok } from '../finding.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The part of the configuration that locates the tables. */
export type Target = Pick<Config, 'stage' | 'deployed' | 'endpoint' | 'tables'> & {
  /** Whether activity is recorded. */
  readonly hasActivity: boolean
  /** The service's own origin, if it is valid. */
  readonly origin: string | undefined
}

const TARGET_VARIABLES = [
  'STAGE',
  'DYNAMODB_ENDPOINT',
  'SESSIONS_TABLE',
  'USERS_TABLE',
  'ATTEMPTS_TABLE',
  'ACTIVITY_TABLE',
  'AWS_EXECUTION_ENV',
]

/** Checks the variables of the service; `target` is undefined only if a variable that locates the tables is invalid. */
export function checkConfiguration(environment: Environment): { findings: Finding[]; target: Target | undefined } {
  const stage = environment.STAGE || 'local'
  const deployed = stage !== 'local'
  const problems = problemsOf(environment, deployed)
  const findings = problems.map((problem) => failed('configuration', problem, remedyOf(problem, stage, deployed)))
  const pepperNote = deployed ? ', with a pepper' : ''
  return {
    findings: findings.length > 0 ? findings : [ok('configuration', `stage ${stage}${pepperNote}`)],
    target: targetOf(environment),
  }
}

function problemsOf(environment: Environment, pepper: boolean): readonly string[] {
  try {
    parseConfig(environment, { pepper })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

function targetOf(environment: Environment): Target | undefined {
  const located = Object.fromEntries(TARGET_VARIABLES.map((name) => [name, environment[name]]))
  if (problemsOf({ ...located, ORIGIN: 'https://any.invalid' }, false).length > 0) return undefined
  const hasActivity = environment.ACTIVITY_DAYS !== '0'
  const { ORIGIN } = environment
  const origin = ORIGIN && isOrigin(ORIGIN, true) ? ORIGIN : undefined
  return { ...parseConfig({ ...located, ORIGIN: 'https://any.invalid' }), hasActivity, origin }
}

function remedyOf(problem: string, stage: string, deployed: boolean): string {
  const [, name = ''] = /^`(\w+)`/.exec(problem) ?? []
  if (!deployed || !/^[\w-]+$/.test(stage) || name === 'STAGE') return `Correct ${name} in the environment.`
  const show = (query: string) =>
    `\`aws lambda get-function-configuration --function-name coatcheck-${stage}-login --query '${query}'\``
  if (name === 'PASSWORD_PEPPER')
    return `Check that the functions have a pepper (${show(`length(Environment.Variables.${name})`)} prints 64) and set it here; deploy again if they have none.`
  return `Set ${name} to the value that the functions have: ${show(`Environment.Variables.${name}`)}.`
}
