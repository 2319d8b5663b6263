import { intrinsicOf, isOfWebSocketApi, resourcesOf } from '../template/template.ts'
import type { Rule } from './rule.ts'

const FUNCTION = 'AWS::Lambda::Function'
const SECRET_NAME = /SECRET|PEPPER|PASSWORD$|PRIVATE|API_?KEY|ACCESS_?KEY/i
const DYNAMIC_REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):.+?\}\}/

/** Whether a value is no secret in the template: empty, or resolved by CloudFormation on deployment. */
function isResolvedLater(value: unknown): boolean {
  if (value === '') return true
  if (typeof value === 'string') return DYNAMIC_REFERENCE.test(value)
  return (
    intrinsicOf(value) !== undefined &&
    (intrinsicOf(value) !== 'Fn::Sub' || DYNAMIC_REFERENCE.test(JSON.stringify(value)))
  )
}

/** The rules of functions, their logs and their APIs. */
export const FUNCTION_RULES: readonly Rule[] = [
  {
    name: 'secrets-not-literal',
    reason: 'Whoever reads the template, which every deployment stores, must not learn a secret.',
    of: 'every',
    check: (template) =>
      resourcesOf(template, FUNCTION).flatMap(([id, { Properties: own }]) =>
        Object.entries(own.Environment?.Variables ?? {})
          .filter(
            ([name, value]) =>
              SECRET_NAME.test(name) && !/_VERSION$|_MIN_LENGTH$/.test(name) && !isResolvedLater(value),
          )
          .map(([name]) => `${id} has a literal ${name}`),
      ),
  },
  {
    name: 'log-retention',
    reason: 'Logs name users and addresses, and are kept for a stated time.',
    of: 'every',
    check: (template) => [
      ...resourcesOf(template, 'AWS::Logs::LogGroup').flatMap(([id, { Properties: own }]) =>
        own?.RetentionInDays === undefined ? [`${id} is kept forever`] : [],
      ),
      ...resourcesOf(template, FUNCTION).flatMap(([id, { Properties: own }]) => {
        const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([, group]) => group.Properties?.LogGroupName)
        return groups.includes(`/aws/lambda/${own.FunctionName}`) ? [] : [`${id} has no log group in the template`]
      }),
    ],
  },
  {
    name: 'arm64',
    reason: 'arm64 costs a fifth less, and the figures of docs/performance.md and docs/scale.md assume it.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, FUNCTION).flatMap(([id, { Properties: own }]) =>
        `${own.Architectures}` === 'arm64' ? [] : [`${id} has Architectures ${own.Architectures}`],
      ),
  },
  {
    name: 'runtime',
    reason: 'The bundles are built for Node.js 24.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, FUNCTION).flatMap(([id, { Properties: own }]) =>
        own.Runtime === 'nodejs24.x' ? [] : [`${id} has the runtime ${own.Runtime}`],
      ),
  },
  {
    name: 'authorizer-result-ttl',
    reason: 'API Gateway would answer with a cached result after the session was revoked.',
    of: 'every',
    check: (template) => [
      // A WebSocket API caches no result.
      ...resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer').flatMap(([id, authorizer]) => {
        const { AuthorizerType: type, AuthorizerResultTtlInSeconds: seconds } = authorizer.Properties
        const isRight = type !== 'REQUEST' || seconds === 0 || isOfWebSocketApi(template, authorizer)
        return isRight ? [] : [`${id} has AuthorizerResultTtlInSeconds ${seconds ?? '300 (default)'}`]
      }),
      ...resourcesOf(template, 'AWS::ApiGateway::Authorizer').flatMap(([id, { Properties: own }]) =>
        own.Type === 'COGNITO_USER_POOLS' || own.AuthorizerResultTtlInSeconds === 0
          ? []
          : [`${id} has AuthorizerResultTtlInSeconds ${own.AuthorizerResultTtlInSeconds ?? '300 (default)'}`],
      ),
    ],
  },
  {
    name: 'json-logs',
    reason: 'CloudWatch reads fields of JSON lines, and Lambda can leave out its own lines below WARN.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, FUNCTION).flatMap(([id, { Properties: own }]) =>
        own.LoggingConfig?.LogFormat === 'JSON'
          ? []
          : [`${id} has LogFormat ${own.LoggingConfig?.LogFormat ?? 'Text'}`],
      ),
  },
]
