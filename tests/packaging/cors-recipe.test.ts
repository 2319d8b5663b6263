import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

// That requireSession answers the preflight of each event source is shown in tests/unit/middleware-cors.test.ts.

interface Resource {
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation
  Properties: any
}

test('the recipe in docs/cors.md passes OPTIONS on to the function, without an authorizer, at every gateway', async () => {
  const page = await readFile('docs/cors.md', 'utf8')
  const [, recipe = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-cors-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const head = 'service: notes\nframeworkVersion: "4"\nprovider: { name: aws, runtime: nodejs24.x }\n'
  await writeFile(join(folder, 'serverless.yml'), head + recipe)
  await writeFile(join(folder, 'notes.mjs'), 'export const handler = async () => ({ statusCode: 200 })')
  const listenerArn =
    'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/notes/50dc6c495c0c9188/f2f7dc8efc522ab2'
  await promisify(execFile)(
    process.execPath,
    [resolve('node_modules/serverless/bin/serverless.js'), 'package', '--param', `listenerArn=${listenerArn}`],
    { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, SLS_TELEMETRY_DISABLED: '1' } },
  )
  const template = await readFile(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8')
  const resources = Object.values<Resource>(JSON.parse(template).Resources)
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties)

  const routes = ofType('AWS::ApiGatewayV2::Route')
  expect(routes.find(({ RouteKey }) => RouteKey === 'OPTIONS /notes')).not.toHaveProperty('AuthorizerId')
  expect(ofType('AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('CorsConfiguration')
  const methods = ofType('AWS::ApiGateway::Method')
  expect(methods.find(({ HttpMethod }) => HttpMethod === 'OPTIONS')).toMatchObject({
    AuthorizationType: 'NONE',
    Integration: { Type: 'AWS_PROXY' },
  })
  const rules = ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
  expect(rules.flatMap(({ Conditions }) => Conditions.map(({ Field }: { Field: string }) => Field))).toEqual([
    'path-pattern',
  ])
  expect(ofType('AWS::Lambda::Url')).toEqual([expect.not.objectContaining({ Cors: expect.anything() })])
}, 60_000)
