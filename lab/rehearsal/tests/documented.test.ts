import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadSpecification } from '../packages.ts'
import { documentedTemplates } from '../template/documented.ts'
import { checkSpecification } from '../template/specification.ts'

// Templates in the documentation, against AWS's resource specification, which `npm run rehearse` installs and checks too.

const isInstalled = existsSync(new URL('../node_modules/.installed', import.meta.url))

test('docs/events.md has the resources of a webhook', async () => {
  const [template, ...others] = await documentedTemplates('docs/events.md')
  expect(others).toEqual([])
  expect(Object.values(template?.Resources ?? {}).map(({ Type }) => Type)).toEqual([
    'AWS::Events::Connection',
    'AWS::Events::ApiDestination',
    'AWS::Events::Rule',
    'AWS::IAM::Role',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
  ])
})

test('docs/where-the-api-lives.md has those of one domain', async () => {
  const [template] = await documentedTemplates('docs/where-the-api-lives.md')
  const mappings = Object.values(template?.Resources ?? {}).filter(
    ({ Type }) => Type === 'AWS::ApiGatewayV2::ApiMapping',
  )
  expect(mappings.map(({ Properties }) => Properties?.ApiId)).toEqual(
    ['coatcheck', 'notes'].map((service) => ({ 'Fn::ImportValue': `sls-${service}-prod-HttpApiId` })),
  )
})

test('docs/tokens.md has a JWT authorizer, of a route with scopes', async () => {
  const [template, ...others] = await documentedTemplates('docs/tokens.md')
  expect(others).toEqual([])
  const { OrdersAuthorizer, OrdersRoute } = template?.Resources ?? {}
  expect(OrdersAuthorizer?.Properties).toMatchObject({
    AuthorizerType: 'JWT',
    JwtConfiguration: { Issuer: 'https://auth.example.com', Audience: ['https://orders.example.com'] },
  })
  expect(OrdersRoute?.Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['orders:read'] })
})

test.skipIf(!isInstalled)('they keep AWS’s resource specification, which sees an unknown property', async () => {
  const [template] = await documentedTemplates('docs/events.md')
  const [domain] = await documentedTemplates('docs/where-the-api-lives.md')
  const [tokens] = await documentedTemplates('docs/tokens.md')
  if (!template || !domain || !tokens) throw new Error('unreachable')
  for (const each of [template, domain, tokens]) {
    const { problems, values } = checkSpecification(each, loadSpecification())
    expect([problems, values > 10]).toEqual([[], true])
  }
  const { WebhookRule } = template.Resources
  const wrong = { ...WebhookRule, Type: 'AWS::Events::Rule', Properties: { ...WebhookRule?.Properties, Target: [] } }
  const changed = { ...template, Resources: { ...template.Resources, WebhookRule: wrong } }
  expect(checkSpecification(changed, loadSpecification()).problems).toEqual(['WebhookRule.Target: unknown property'])
})
