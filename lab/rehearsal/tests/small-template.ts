import type { Template } from '../template/template.ts'

const GROUP = '/aws/lambda/shop-prod-list'
const table = (own: object) => ({
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true },
    ...own,
  },
})

/** A template with one function, which keeps every rule; each caller gets one of its own to break. */
// biome-ignore lint/suspicious/noExplicitAny: tests change any part of it
export const smallTemplate = (): Template & { Resources: Record<string, any> } => ({
  Resources: {
    SessionsTable: table({
      TableName: 'shop-prod-sessions',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    }),
    UsersTable: table({ TableName: 'shop-prod-users', StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }),
    Failures: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } },
    Pepper: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    ListLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: GROUP, RetentionInDays: 30 } },
    OtherLogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/lambda/other', RetentionInDays: 30 },
    },
    ListLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['ListLogGroup', 'ListRole'],
      Properties: {
        FunctionName: 'shop-prod-list',
        Handler: 'list.handler',
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: {
          Variables: {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholder
            PASSWORD_PEPPER: { 'Fn::Sub': '{{resolve:secretsmanager:${Pepper}:SecretString}}' },
            PASSWORD_PEPPER_VERSION: '1',
            ORIGIN_VERIFY_SECRET: '',
          },
        },
        Role: { 'Fn::GetAtt': ['ListRole', 'Arn'] },
      },
    },
    ListRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyName: 'list',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                  Resource: { 'Fn::GetAtt': ['ListLogGroup', 'Arn'] },
                },
                {
                  Effect: 'Allow',
                  Action: ['dynamodb:GetItem', 'dynamodb:Query'],
                  Resource: { 'Fn::GetAtt': ['SessionsTable', 'Arn'] },
                },
                {
                  Effect: 'Allow',
                  Action: ['dynamodb:UpdateItem'],
                  Resource: { 'Fn::GetAtt': ['UsersTable', 'Arn'] },
                  Condition: {
                    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'epoch', 'note'] },
                    Null: { 'dynamodb:Attributes': 'false' },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { AuthorizerType: 'REQUEST', AuthorizerResultTtlInSeconds: 0 },
    },
  },
})
